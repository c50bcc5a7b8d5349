#!/usr/bin/env python3
"""The language server and `mailstop check` with whole projects of policies.

projects.py --mailstop BINARY [--runs N] [--only WORD]

Prints Markdown: what was measured, the figure, the aim, and whether it is met. `--only` measures the
groups whose name has the word: navigation, cold, large, check, memory, yaml, keys.
"""

import argparse
import pathlib
import shutil
import subprocess
import tempfile
import time

from client import Client, median_of, number, requests, spread
from lsp import main_file
from policies import HOOKS, Project, rates

SMALL, MANY, LARGE = (232, 487_000), (1_000, 2_100_000), (10_000, 100_000_000)
YAML = 531_000
STARTER = pathlib.Path(__file__).resolve().parent.parent / "examples/starter"


def at(path, word, last=True):
    """The place of a word of a file, for a request."""
    text = path.read_text()
    offset = text.rindex(word) if last else text.index(word)
    line = text.count("\n", 0, offset)
    character = offset - (text.rfind("\n", 0, offset) + 1)
    return {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character + 1}}


def expect(found, least, what):
    if len(found or []) < least:
        raise RuntimeError(f"{what}: {len(found or [])} of at least {least}")


class Desk:
    """A server with a project and one open script of it."""

    def __init__(self, binary, project):
        self.project = project
        self.client = Client([binary, "lsp"], project.folder, pulls=True)
        self.begin = time.perf_counter()
        self.path = project.hooks[HOOKS.index("rcptto")]
        self.client.open(self.path, "hsl", self.path.read_text())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()

    def since(self):
        return (time.perf_counter() - self.begin) * 1000

    def references(self, word):
        params = {**at(self.project.shared, word, False), "context": {"includeDeclaration": True}}
        return self.client.request("textDocument/references", params)[1]

    def symbols(self, query):
        return self.client.request("workspace/symbol", {"query": query})[1]

    def findings(self):
        document = {"textDocument": {"uri": self.path.as_uri()}}
        return self.client.request("textDocument/diagnostic", document)[1]


def navigation(binary, projects):
    """1,000 files, most of which use one function."""
    project = projects[MANY]
    with Desk(binary, project) as desk:
        client, place = desk.client, at(desk.path, "known")
        users = len(project.hooks)
        expect(desk.references("known("), users, "references")
        expect(client.request("textDocument/definition", place)[1], 1, "definition")
        edits = client.request("textDocument/rename", {**place, "newName": "noted"})[1]
        expect(edits.get("changes") or edits.get("documentChanges"), users, "rename")
        context = {"context": {"includeDeclaration": True}}
        yield "definition, 1,000 files, p95", 2, requests(client, "textDocument/definition", place)[1]
        yield "references, 1,000 files that have it, p95", 30, requests(client, "textDocument/references", {**place, **context}, 20)[1]
        yield "rename, 1,000 files that change, p95", 100, requests(client, "textDocument/rename", {**place, "newName": "noted"}, 20)[1]


def cold(binary, projects):
    """From the first message after `initialize` on."""
    with Desk(binary, projects[SMALL]) as desk:
        expect(desk.symbols("level_7"), 1, "symbols")
        yield "cold index, 232 scripts (487 kB): to every symbol", 40, desk.since()
    with Desk(binary, projects[SMALL]) as desk:
        expect(desk.references("rare("), 3, "references")
        yield "cold index, 232 scripts (487 kB): to every reference", 40, desk.since()


def large(binary, projects):
    """10,000 files."""
    project = projects[LARGE]
    with Desk(binary, project) as desk:
        desk.findings()
        yield "10,000 files (100 MB): to the first findings", None, desk.since()
        expect(desk.references("rare("), len(project.hooks) // 100, "references")
        yield "cold index, 10,000 files (100 MB): to every reference", 2500, desk.since()
        expect(desk.symbols("level_7"), 1, "symbols")
        yield "cold index, 10,000 files (100 MB): to every symbol", 2500, desk.since()
        place = at(desk.path, "known")
        yield "definition, 10,000 files, p95", None, requests(desk.client, "textDocument/definition", place)[1]
        context = {**at(project.shared, "rare(", False), "context": {"includeDeclaration": True}}
        yield "references, 10,000 files of which 100 have it, p95", None, requests(desk.client, "textDocument/references", context, 20)[1]
        settle(desk.client)
        yield "memory, 10,000 files (MB)", 350, desk.client.memory()


def settle(client):
    """Waits until the server has nothing left to do, as it is after a minute of reading."""
    end = time.perf_counter() + 60
    while time.perf_counter() < end:
        before = client.cpu()
        time.sleep(1)
        if client.cpu() - before < 0.02:
            return


def check(binary, projects):
    """One process that looks at everything."""
    folder = projects[SMALL].folder
    times = []
    for _ in range(10):
        begin = time.perf_counter()
        ended = subprocess.run([binary, "check", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append((time.perf_counter() - begin) * 1000)
        if ended.returncode not in (0, 1):
            raise RuntimeError(f"check: exit code {ended.returncode}")
    yield "`mailstop check` of 232 scripts, start to exit", 80, spread(times)[0]


def memory(binary, projects):
    """The project that `mailstop init` makes, in use."""
    with tempfile.TemporaryDirectory(prefix="mailstop-lsp-") as name:
        folder = pathlib.Path(name) / "starter"
        shutil.copytree(STARTER, folder)
        client = Client([binary, "lsp"], folder, pulls=True)
        try:
            for path in sorted(folder.glob("src/**/*.hsl")):
                client.open(path, "hsl", path.read_text())
                client.request("textDocument/diagnostic", {"textDocument": {"uri": path.as_uri()}})
                place = at(path, "Accept" if "hooks" in str(path) else "str_lower")
                client.request("textDocument/hover", place)
                client.request("textDocument/completion", place)
            settle(client)
            yield "memory, small workspace (MB)", 25, client.memory()
        finally:
            client.close()


def yaml(binary, _):
    """A file of rates, opened, and one key in it."""
    with tempfile.TemporaryDirectory(prefix="mailstop-lsp-") as name:
        folder = pathlib.Path(name)
        shutil.copytree(STARTER, folder, dirs_exist_ok=True)
        path = folder / "src/config/smtpd-policy.yaml"
        path.write_text(rates(YAML))
        client = Client([binary, "lsp"], folder)
        try:
            begin = client.open(path, "yaml", path.read_text())
            found = client.findings(path, begin, lambda found: len(found) > 0)
            yield "YAML of 531 kB, open to findings", 60, found
            settle(client)
            line = path.read_text().split("\n")[5]
            digit = {"line": 5, "character": line.index("concurrency: ") + len("concurrency: ")}
            times = [client.findings(path, client.edit(path, 2 + n, digit, n % 2, "1" * (1 - n % 2)), lambda found: True) for n in range(10)]
            yield "YAML of 531 kB, key to findings", 60, spread(times)[0]
        finally:
            client.close()


def keys(binary, _):
    """What happens while one types in a file of 2,000 lines."""
    with tempfile.TemporaryDirectory(prefix="mailstop-lsp-") as name:
        folder = pathlib.Path(name)
        path = folder / "main.hsl"
        text, _, complete, error = main_file("hsl")
        path.write_text(text)
        client = Client([binary, "lsp"], folder)
        try:
            client.findings(path, client.open(path, "hsl", text), lambda found: len(found) > 0)
            place = {"textDocument": {"uri": path.as_uri()}, "position": complete}
            items = client.request("textDocument/completion", place)[1]
            items = items["items"] if isinstance(items, dict) else items
            functions = [item for item in items if item["label"].startswith("str_")] or items
            times = [client.request("completionItem/resolve", functions[n % len(functions)])[0] for n in range(60)]
            yield "completion resolve, p95", 2, spread(times)[1]
            inside = {**place, "position": {**error, "character": len("nowhere(")}}
            version = 2
            client.edit(path, version, error, len("nowhere"), "dns_query")
            inside["position"]["character"] = len("dns_query(")
            expect(client.request("textDocument/signatureHelp", inside)[1]["signatures"], 1, "signature")
            yield "signature help, p95", 1, requests(client, "textDocument/signatureHelp", inside)[1]
            first, last = [], []
            for count in range(24):
                time.sleep(0.1)
                while not client.pushed.empty():
                    client.pushed.get()
                version += 1
                old, new = (0, "((") if count % 2 == 0 else (2, "")
                begin = client.edit(path, version, error, old, new)
                first.append(client.findings(path, begin, lambda found: True))
                last.append(first[-1])
                while later := client.findings(path, begin, lambda found: True, 0.15):
                    last[-1] = later
            yield "key to syntax errors, p95", 2, spread(first)[1]
            yield "key to all findings, p50", 4, spread(last)[0]
            yield "key to all findings, p95", 8, spread(last)[1]
        finally:
            client.close()


def made(folder, sizes):
    """The projects, which every run uses again."""
    return {size: Project(folder / str(size[0]), *size) for size in sizes}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mailstop", required=True)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    binary = str(pathlib.Path(options.mailstop).resolve())
    groups = [group for group in (keys, navigation, cold, check, memory, yaml, large) if options.only in group.__name__]
    sizes = {navigation: MANY, cold: SMALL, check: SMALL, large: LARGE}
    with tempfile.TemporaryDirectory(prefix="mailstop-projects-") as name:
        projects = made(pathlib.Path(name), {sizes[group] for group in groups if group in sizes})
        aims, runs = {}, []
        for _ in range(options.runs):
            run = {}
            for group in groups:
                for what, aim, value in group(binary, projects):
                    aims[what], run[what] = aim, value
            runs.append(run)
    print("Whole projects of generated policies; milliseconds where nothing else stands.\n")
    print("| what | | aim | |\n|---|---|---|---|")
    for what, value in median_of(runs).items():
        aim = aims[what]
        verdict = "–" if aim is None else "met" if value is not None and value <= aim else "missed"
        print(f"| {what} | {number(value, 2)} | {'–' if aim is None else f'≤ {aim}'} | {verdict} |")
    print(f"\nMedian of {options.runs}.")


if __name__ == "__main__":
    main()
