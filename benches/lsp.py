#!/usr/bin/env python3
"""How fast the language server answers, beside servers of other languages.

lsp.py --mailstop BINARY [--peers FOLDER] [--runs N]

Every server has the same program in its language: one file of 2,000 lines with an error, and a
workspace of 200 files with 50,000 lines. Peers are those found below FOLDER
(node_modules/.bin, bin) or on PATH; one that is missing has no row. Prints Markdown.
"""
import argparse
import os
import pathlib
import queue
import shutil
import tempfile
import time

from client import Client, median_of, number, requests, spread

LINES, FILES = 2000, 200
EDITS = 24

PROGRAMS = {
    "hsl": {
        "extension": "hsl",
        "function": "// Counts up from {k}.\nfunction step{m}_{k}($n, $text) {{\n    $sizes = [\"a\" => $n, \"b\" => {k}];\n"
        "    foreach ($sizes as $name => $size) {{\n        if (length($text) > $size) {{ $n = $n + $size; }}\n"
        "    }}\n    return $n;\n}}\n",
        "use": "$total = step{m}_1(1, \"abc\");\necho $total;\n",
        "error": "nowhere(1);\n",
        "rest": "$part = ste\n",
    },
    "php": {
        "extension": "php",
        "head": "<?php\n",
        "function": "// Counts up from {k}.\nfunction step{m}_{k}(int $n, string $text): int {{\n    $sizes = ['a' => $n, 'b' => {k}];\n"
        "    foreach ($sizes as $name => $size) {{\n        if (strlen($text) > $size) {{ $n = $n + $size; }}\n"
        "    }}\n    return $n;\n}}\n",
        "use": "$total = step{m}_1(1, 'abc');\necho $total;\n",
        "error": "nowhere(1);\n",
        "rest": "$part = ste\n",
    },
    "python": {
        "extension": "py",
        "function": "# Counts up from {k}.\ndef step{m}_{k}(n: int, text: str) -> int:\n    sizes = {{'a': n, 'b': {k}}}\n"
        "    for name, size in sizes.items():\n        if len(text) > size:\n            n = n + size\n    return n\n\n",
        "use": "total = step{m}_1(1, 'abc')\nprint(total)\n",
        "error": "nowhere(1)\n",
        "rest": "part = ste\n",
    },
    "typescript": {
        "extension": "ts",
        "function": "// Counts up from {k}.\nfunction step{m}_{k}(n: number, text: string): number {{\n"
        "    const sizes: Record<string, number> = {{ a: n, b: {k} }};\n    for (const name in sizes) {{\n"
        "        if (text.length > sizes[name]) {{ n = n + sizes[name]; }}\n    }}\n    return n;\n}}\n",
        "use": "const total = step{m}_1(1, 'abc');\nconsole.log(total);\n",
        "error": "nowhere(1);\n",
        "rest": "const part = ste\n",
    },
}

PEERS = [
    ("intelephense", "php", ["intelephense", "--stdio"]),
    ("typescript-language-server", "typescript", ["typescript-language-server", "--stdio"]),
    ("python-lsp-server", "python", ["pylsp"]),
    ("ruff", "python", ["ruff", "server"]),
]


def module(language, number, lines):
    """A file without errors of so many lines."""
    program = PROGRAMS[language]
    text, count = program.get("head", ""), 0
    while text.count("\n") < lines:
        count += 1
        text += program["function"].format(m=number, k=count)
    return text


def main_file(language):
    """A file with one error: text, and where to hover, complete and type."""
    program = PROGRAMS[language]
    text = module(language, 0, LINES - 5)
    at = text.count("\n")
    use = program["use"].format(m=0)
    text += use + program["error"] + program["rest"]
    hover = {"line": at, "character": use.index("step") + 2}
    rest = text.count("\n") - 1
    complete = {"line": rest, "character": program["rest"].index("ste") + 3}
    return text, hover, complete, {"line": rest - 1, "character": 0}


def workspace(language, folder):
    """200 files; for HSL a project in which hooks import libraries."""
    main = main_file(language)
    each = (50_000 - LINES) // (FILES - 1)
    if language != "hsl":
        extension = PROGRAMS[language]["extension"]
        for number in range(1, FILES):
            (folder / f"m{number}.{extension}").write_text(module(language, number, each))
        path = folder / f"main.{extension}"
        path.write_text(main[0])
        return path, main
    (folder / "src/config").mkdir(parents=True)
    (folder / "src/config/smtpd-app.yaml").write_text('version: "6.0"\n')
    hooks, files = folder / "src/hooks/eod", folder / "src/files"
    hooks.mkdir(parents=True)
    files.mkdir(parents=True)
    (files / "shared.hsl").write_text("function shared($n) {\n    return $n + 1;\n}\n")
    for number in range(1, FILES - 1):
        text = 'import { shared } from "shared.hsl";\necho shared(1);\n'
        (hooks / f"m{number}.hsl").write_text(text + module(language, number, each))
    path = hooks / "main.hsl"
    path.write_text(main[0])
    return path, main


def one_file(command, language):
    """Figures of one server and one file."""
    with tempfile.TemporaryDirectory(prefix="mailstop-lsp-") as name:
        folder = pathlib.Path(name)
        path = folder / f"main.{PROGRAMS[language]['extension']}"
        text, hover, complete, error = main_file(language)
        path.write_text(text)
        client = Client(command, folder)
        try:
            figures = {"initialize": client.initialized}
            begin = client.open(path, language, text)
            figures["open"] = client.findings(path, begin, lambda found: len(found) > 0, 30)
            figures["start"] = figures["open"] and (begin - client.started) * 1000 + figures["open"]
            document = {"uri": path.as_uri()}
            for what, method, at in [("hover", "hover", hover), ("completion", "completion", complete)]:
                try:
                    figures[what] = requests(client, f"textDocument/{method}", {"textDocument": document, "position": at})
                except (RuntimeError, queue.Empty):
                    figures[what] = None
            figures["key"] = typing(client, path, error)
            figures["memory"] = client.memory()
            return figures
        finally:
            client.close()


def typing(client, path, at):
    """Time from a key to the next findings of the document: brackets that break the text, and their
    removal."""
    times = []
    for number in range(EDITS):
        time.sleep(0.08)
        while not client.pushed.empty():
            client.pushed.get()
        old, new = (0, "((") if number % 2 == 0 else (2, "")
        begin = client.edit(path, number + 2, at, old, new)
        took = client.findings(path, begin, lambda found: True, 5)
        if took is not None:
            times.append(took)
    return spread(times)


def ours(binary):
    """Further figures of our own server, with the workspace."""
    figures = {}
    with tempfile.TemporaryDirectory(prefix="mailstop-lsp-") as name:
        folder = pathlib.Path(name)
        path, (text, hover, complete, error) = workspace("hsl", folder)
        client = Client([binary, "lsp"], folder, pulls=True)
        try:
            begin = client.open(path, "hsl", text)
            document = {"textDocument": {"uri": path.as_uri()}}
            first, _ = client.request("textDocument/diagnostic", document)
            figures["start to the first findings, workspace"] = (begin - client.started) * 1000 + first
            figures["findings of the whole workspace, first time"] = client.request("workspace/diagnostic", {"previousResultIds": []})[0]
            figures["findings of the whole workspace, again"] = client.request("workspace/diagnostic", {"previousResultIds": []})[0]
            figures["memory, workspace looked at (MB)"] = client.memory()
            before = client.cpu()
            time.sleep(3)
            figures["idle processor seconds in 3 s"] = client.cpu() - before
            at = {**document, "position": complete}
            figures["completion p50 / p95"] = requests(client, "textDocument/completion", at)
            figures["hover p50 / p95"] = requests(client, "textDocument/hover", {**document, "position": hover})
            figures["tokens of the whole file"] = requests(client, "textDocument/semanticTokens/full", document)
            _, tokens = client.request("textDocument/semanticTokens/full", document)
            delta = {**document, "previousResultId": tokens["resultId"]}
            figures["tokens as a difference"] = spread([client.request("textDocument/semanticTokens/full/delta", delta)[0]])
            figures["outline"] = requests(client, "textDocument/documentSymbol", document)
            client.edit(path, 2, complete | {"character": 0}, complete["character"], "")
            options = {**document, "options": {"tabSize": 4, "insertSpaces": True}}
            figures["format"] = requests(client, "textDocument/formatting", options, 20)
        finally:
            client.close()
        client = Client([binary, "lsp"], folder)
        try:
            hooks = sorted((folder / "src/hooks/eod").glob("m*.hsl"))
            for hook in hooks:
                client.open(hook, "hsl", hook.read_text())
            shared = folder / "src/files/shared.hsl"
            client.open(shared, "hsl", shared.read_text())
            time.sleep(2)
            while not client.pushed.empty():
                client.pushed.get()
            begin = client.edit(shared, 2, {"line": 0, "character": 16}, 2, "")
            seen, last = set(), begin
            while len(seen) < len(hooks) - 1 and time.perf_counter() - begin < 10:
                now, params = client.pushed.get(timeout=10)
                if params["diagnostics"]:
                    seen.add(params["uri"])
                    last = now
            figures[f"edit of a library to findings in {len(seen)} open hooks"] = (last - begin) * 1000
            figures["memory, all hooks open (MB)"] = client.memory()
        finally:
            client.close()
    return figures


def find(command, folder):
    """The command with the path of its program; none when there is none."""
    places = [folder / "node_modules/.bin", folder / "bin", folder / "v/bin"] if folder else []
    path = shutil.which(command[0], path=os.pathsep.join(map(str, places))) or shutil.which(command[0])
    return path and [path, *command[1:]]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mailstop", required=True)
    arguments.add_argument("--peers", type=pathlib.Path)
    arguments.add_argument("--runs", type=int, default=3)
    options = arguments.parse_args()
    binary = str(pathlib.Path(options.mailstop).resolve())
    peers = options.peers.resolve() if options.peers else None
    servers = [("mailstop", "hsl", [binary, "lsp"])]
    servers += [(name, language, found) for name, language, command in PEERS if (found := find(command, peers))]
    runs = {name: [] for name, _, _ in servers}
    # Servers take turns, so that a slow minute of the machine hits all of them.
    for _ in range(options.runs):
        for name, language, command in servers:
            runs[name].append(one_file(command, language))
    print("One file of 2,000 lines with an error; milliseconds, p50 / p95.\n")
    print("| server | initialize | start to findings | open to findings | key to findings | hover | completion | memory, MB |")
    print("|---|---|---|---|---|---|---|---|")
    for name, _, _ in servers:
        found = median_of(runs[name])
        cells = [found[key] for key in ("initialize", "start", "open", "key", "hover", "completion", "memory")]
        print(f"| {name} | " + " | ".join(number(cell) for cell in cells) + " |")
    print("\nmailstop with a workspace of 200 files and 50,000 lines; milliseconds where nothing else stands.\n")
    print("| what | |\n|---|---|")
    for what, value in median_of([ours(binary) for _ in range(options.runs)]).items():
        print(f"| {what} | {number(value, 2)} |")
    print(f"\nMedian of {options.runs}.")


if __name__ == "__main__":
    main()
