"""The server under test, started once for each profile and test, on a copy of the project."""

import json
import os
import pathlib
import shutil

import pytest_lsp
from lsprotocol import types
from profiles import PROFILES
from pytest_lsp import ClientServerConfig, LanguageClient

HERE = pathlib.Path(__file__).resolve().parent.parent
SCENARIO = json.loads((HERE / "scenario.json").read_text())

# What a server may ask to be looked at anew; pytest-lsp answers for diagnostics by itself.
REFRESHES = [
    types.WORKSPACE_CODE_LENS_REFRESH,
    types.WORKSPACE_FOLDING_RANGE_REFRESH,
    types.WORKSPACE_INLAY_HINT_REFRESH,
    types.WORKSPACE_INLINE_VALUE_REFRESH,
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
    types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH,
]


class Project:
    """A copy of the project, by URIs."""

    def __init__(self, root: pathlib.Path):
        self.root = root

    def uri(self, file: str) -> str:
        return (self.root / file).as_uri()

    def text(self, file: str) -> str:
        return (self.root / file).read_text()

    def name(self, uri: str) -> str:
        return uri.removeprefix(self.root.as_uri() + "/")

    def open(self, client: LanguageClient, file: str) -> types.TextDocumentIdentifier:
        language = "hsl" if file.endswith(".hsl") else "yaml"
        document = types.TextDocumentItem(self.uri(file), language, 1, self.text(file))
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return types.TextDocumentIdentifier(document.uri)


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[os.environ["MAILSTOP"], "lsp", "--stdio"]),
    params=sorted(PROFILES),
)
async def session(request, lsp_client: LanguageClient, tmp_path: pathlib.Path):
    root = (tmp_path / "project").resolve()
    shutil.copytree(HERE / "project", root)
    folder = types.WorkspaceFolder(uri=root.as_uri(), name="project")
    capabilities = PROFILES[request.param]
    lsp_client.registered = []

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(client: LanguageClient, params: types.RegistrationParams):
        client.registered += [one.method for one in params.registrations]

    for refresh in REFRESHES:
        lsp_client.feature(refresh)(lambda: None)
    lsp_client.initialized_with = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities, root_uri=root.as_uri(), workspace_folders=[folder]
        )
    )
    lsp_client.project = Project(root)
    yield
    await lsp_client.shutdown_session()
