"""What three kinds of editors say about themselves.

`code` is Visual Studio Code with what version 3.18 of the protocol added; `neovim` is Neovim 0.7 as it
was recorded, which counts columns in UTF-16 units and knows no pulled diagnostics; `minimal` can
nothing that the protocol leaves open.
"""

from lsprotocol import types
from pytest_lsp import client_capabilities


def _code() -> types.ClientCapabilities:
    all = client_capabilities("visual_studio_code")
    all.general = types.GeneralClientCapabilities(
        position_encodings=[types.PositionEncodingKind.Utf16]
    )
    all.text_document.diagnostic = types.DiagnosticClientCapabilities(
        dynamic_registration=True,
        related_document_support=False,
        related_information=True,
        code_description_support=True,
        data_support=True,
        tag_support=types.ClientDiagnosticsTagOptions(
            [types.DiagnosticTag.Unnecessary, types.DiagnosticTag.Deprecated]
        ),
    )
    all.text_document.inline_value = types.InlineValueClientCapabilities()
    all.text_document.inlay_hint = types.InlayHintClientCapabilities()
    all.text_document.type_hierarchy = types.TypeHierarchyClientCapabilities()
    all.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    all.workspace.text_document_content = types.TextDocumentContentClientCapabilities()
    all.workspace.workspace_edit.document_changes = True
    return all


PROFILES = {
    "code": _code(),
    "neovim": client_capabilities("neovim@0.7.0"),
    "minimal": types.ClientCapabilities(),
}
