"""One session, as an independent implementation of the protocol has it, for each kind of editor.

pytest-lsp reads every message into the types of the specification, and warns where the server sends
what the client did not ask for; those warnings are errors here.
"""

import asyncio

from conftest import SCENARIO
from lsprotocol import types


def place(part: str) -> types.Position:
    return types.Position(SCENARIO[part]["line"], SCENARIO[part]["character"])


def open_file(client, part: str) -> types.TextDocumentIdentifier:
    return client.project.open(client, SCENARIO[part]["file"])


async def findings(client, document) -> list[types.Diagnostic]:
    """Pulled where the server offers it, else as they are pushed."""
    if client.initialized_with.capabilities.diagnostic_provider is not None:
        params = types.DocumentDiagnosticParams(document)
        return (await client.text_document_diagnostic_async(params)).items
    async with asyncio.timeout(20):
        while not client.diagnostics.get(document.uri):
            await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return client.diagnostics[document.uri]


async def test_initialize(session):
    capabilities = session.initialized_with.capabilities
    assert session.initialized_with.server_info.name == "mailstop"
    assert capabilities.position_encoding in (None, types.PositionEncodingKind.Utf16)
    pulls = session.capabilities.text_document is not None and (
        session.capabilities.text_document.diagnostic is not None
    )
    assert (capabilities.diagnostic_provider is not None) == pulls


async def test_registration(session):
    """Files are watched where the editor can be asked to, and nobody else is asked."""
    await findings(session, open_file(session, "diagnostic"))
    workspace = session.capabilities.workspace
    watch = workspace and workspace.did_change_watched_files
    asked = types.WORKSPACE_DID_CHANGE_WATCHED_FILES in session.registered
    assert asked == bool(watch and watch.dynamic_registration)


async def test_diagnostics(session):
    wanted = SCENARIO["diagnostic"]
    [finding] = await findings(session, open_file(session, "diagnostic"))
    assert finding.code == wanted["code"]
    assert finding.source == "mailstop"
    first, last = (types.Position(wanted["line"], column) for column in wanted["utf16"])
    assert finding.range == types.Range(first, last)


async def test_completion(session):
    document = open_file(session, "completion")
    params = types.CompletionParams(document, place("completion"))
    result = await session.text_document_completion_async(params)
    items = result.items if isinstance(result, types.CompletionList) else result
    [item] = [item for item in items if item.label == SCENARIO["completion"]["label"]]
    assert item.kind == types.CompletionItemKind.Function
    if session.capabilities.text_document is None:
        assert item.insert_text_format in (None, types.InsertTextFormat.PlainText)


async def test_hover(session):
    document = open_file(session, "hover")
    result = await session.text_document_hover_async(types.HoverParams(document, place("hover")))
    content = result.contents
    text = content if isinstance(content, str) else content.value
    assert SCENARIO["hover"]["contains"] in text


async def test_definition(session):
    wanted = SCENARIO["definition"]
    document = open_file(session, "definition")
    params = types.DefinitionParams(document, place("definition"))
    result = await session.text_document_definition_async(params)
    [found] = result if isinstance(result, list) else [result]
    uri = found.uri if isinstance(found, types.Location) else found.target_uri
    range = found.range if isinstance(found, types.Location) else found.target_selection_range
    assert session.project.name(uri) == wanted["target"]
    assert range.start.line == wanted["targetLine"]


async def test_rename(session):
    wanted = SCENARIO["rename"]
    document = open_file(session, "rename")
    params = types.RenameParams(document, place("rename"), wanted["to"])
    result = await session.text_document_rename_async(params)
    if result.changes is not None:
        edits = {session.project.name(uri): len(edits) for uri, edits in result.changes.items()}
    else:
        changes = result.document_changes
        edits = {session.project.name(c.text_document.uri): len(c.edits) for c in changes}
    assert edits == wanted["edits"]


async def test_format(session):
    wanted = SCENARIO["format"]
    document = open_file(session, "format")
    options = types.FormattingOptions(tab_size=4, insert_spaces=True)
    params = types.DocumentFormattingParams(document, options)
    edits = await session.text_document_formatting_async(params)
    text = session.project.text(wanted["file"])
    for edit in sorted(edits, key=lambda edit: edit.range.start, reverse=True):
        text = text[: offset(text, edit.range.start)] + edit.new_text + text[offset(text, edit.range.end) :]
    assert text == wanted["text"]


def offset(text: str, position: types.Position) -> int:
    """Of a position in a text without characters beyond the basic plane."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: position.line])) + position.character
