-- One session of the shipped configuration in a headless Neovim.
--
-- The environment names the command (MAILSTOP), a copy of the project (PROJECT), the expectations
-- (SCENARIO) and the folder of the configuration (CONFIGURATION). Prints a line for each part, and ends
-- with a status other than 0 when one failed.

local project = vim.env.PROJECT
local scenario = vim.fn.json_decode(vim.fn.readfile(vim.env.SCENARIO))
local failed = 0

vim.opt.runtimepath:prepend(vim.env.CONFIGURATION)
vim.opt.swapfile = false
vim.opt.hidden = true
vim.cmd('filetype plugin on')
require('mailstop').setup({ cmd = { vim.env.MAILSTOP, 'lsp' } })

local function wait(what, condition)
  assert(vim.wait(30000, condition, 20), what .. ' did not come')
end

--- Opens the file of a part with its cursor, attached to a server that is ready.
local function open(part)
  vim.cmd('edit ' .. vim.fn.fnameescape(project .. '/' .. part.file))
  wait('a server', function()
    local client = vim.lsp.buf_get_clients(0)[1] or vim.tbl_values(vim.lsp.buf_get_clients(0))[1]
    return client and client.initialized
  end)
  if part.character then vim.api.nvim_win_set_cursor(0, { part.line + 1, part.character }) end
end

local function request(method, params)
  local answers = assert(vim.lsp.buf_request_sync(0, method, params, 30000), method .. ' timed out')
  local answer = vim.tbl_values(answers)[1]
  assert(answer and not answer.err, method .. ': ' .. vim.inspect(answer))
  return answer.result
end

local function equal(found, wanted)
  assert(vim.deep_equal(found, wanted), 'found ' .. vim.inspect(found) .. ', wanted ' .. vim.inspect(wanted))
end

local function text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n') .. '\n' end

local parts = {}

function parts.diagnostics()
  local wanted = scenario.diagnostic
  open(wanted)
  wait('a finding', function() return #vim.diagnostic.get(0) > 0 end)
  local found = vim.diagnostic.get(0)
  equal(#found, 1)
  equal({ found[1].lnum, found[1].col, found[1].end_col }, { wanted.line, wanted.bytes[1], wanted.bytes[2] })
  equal(found[1].user_data.lsp.code, wanted.code)
end

function parts.completion()
  open(scenario.completion)
  local result = request('textDocument/completion', vim.lsp.util.make_position_params())
  local words = vim.lsp.util.text_document_completion_list_to_complete_items(result, 'st')
  local found = vim.tbl_filter(function(word) return word.word == scenario.completion.label end, words)
  equal(#found, 1)
end

function parts.hover()
  open(scenario.hover)
  vim.lsp.buf.hover()
  local function shown()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      local floats = vim.api.nvim_win_get_config(window).relative ~= ''
      if floats and table.concat(lines, '\n'):find(scenario.hover.contains, 1, true) then return true end
    end
  end
  wait('the documentation', shown)
end

function parts.definition()
  open(scenario.definition)
  vim.lsp.buf.definition()
  local target = project .. '/' .. scenario.definition.target
  wait('the definition', function() return vim.api.nvim_buf_get_name(0) == target end)
  equal(vim.api.nvim_win_get_cursor(0)[1], scenario.definition.targetLine + 1)
end

function parts.format()
  open(scenario.format)
  vim.lsp.buf.formatting_sync({}, 30000)
  equal(text(), scenario.format.text)
end

function parts.rename()
  open(scenario.rename)
  vim.lsp.buf.rename(scenario.rename.to)
  for file, count in pairs(scenario.rename.edits) do
    local buffer = vim.uri_to_bufnr(vim.uri_from_fname(project .. '/' .. file))
    wait(file, function()
      vim.fn.bufload(buffer)
      local lines = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n')
      return select(2, lines:gsub('%f[%w]' .. scenario.rename.to .. '%f[%W]', '')) == count
    end)
  end
end

for _, name in ipairs({ 'diagnostics', 'completion', 'hover', 'definition', 'format', 'rename' }) do
  local ok, why = pcall(parts[name])
  if not ok then failed = failed + 1 end
  io.stdout:write(string.format('neovim %s: %s\n', name, ok and 'ok' or tostring(why)))
end
vim.lsp.stop_client(vim.lsp.get_active_clients())
vim.wait(5000, function() return #vim.lsp.get_active_clients() == 0 end, 20)
vim.cmd(failed == 0 and 'quitall!' or 'cquit!')
