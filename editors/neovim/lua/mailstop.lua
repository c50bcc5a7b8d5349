-- Attaches the language server to HSL scripts and to the configuration of a project.
--
--     require('mailstop').setup({ cmd = { 'mailstop', 'lsp' } })
--
-- Works from Neovim 0.7 on, without any other plugin.

local M = {}

--- The folder above a file that holds `src/config`, else the folder of the file.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  local above = folder
  while true do
    if vim.fn.isdirectory(above .. '/src/config') == 1 then return above end
    local next = vim.fn.fnamemodify(above, ':h')
    if next == above then return folder end
    above = next
  end
end

--- Whether the server looks at a buffer: scripts anywhere, configuration files of a project.
local function is_ours(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  local type = vim.api.nvim_buf_get_option(buffer, 'filetype')
  return type == 'hsl' or (type == 'yaml' and name:match('/src/config/') ~= nil)
end

--- One server for each project.
local clients = {}

local function attach(buffer, options)
  if not is_ours(buffer) then return end
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local id = clients[root]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client({
      name = 'mailstop',
      cmd = options.cmd,
      root_dir = root,
      workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
      on_attach = options.on_attach,
      capabilities = options.capabilities,
      settings = { mailstop = options.settings or {} },
    })
    clients[root] = id
  end
  if id then vim.lsp.buf_attach_client(buffer, id) end
end

--- Attaches to every buffer that is open and that will be.
---
--- `cmd`: command line of the server. `on_attach(client, buffer)`: your key maps. `capabilities`: what
--- a completion plugin adds. `settings`: the section `mailstop` of the server's settings.
function M.setup(options)
  options = vim.tbl_extend('keep', options or {}, { cmd = { 'mailstop', 'lsp' } })
  if vim.fn.executable(options.cmd[1]) == 0 then
    vim.notify(options.cmd[1] .. ' is not installed, or not on PATH', vim.log.levels.ERROR)
    return
  end
  local group = vim.api.nvim_create_augroup('mailstop', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = { 'hsl', 'yaml' },
    callback = function(event) attach(event.buf, options) end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) then attach(buffer, options) end
  end
end

return M
