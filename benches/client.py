"""A language server as an editor meets it, and what figures are made of."""

import json
import os
import pathlib
import queue
import statistics
import subprocess
import threading
import time

PATIENCE = 60


class Client:
    """A server and what it says."""

    def __init__(self, command, folder, pulls=False):
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        self.count, self.waiting, self.pushed = 0, {}, queue.Queue()
        self.lock = threading.Lock()
        threading.Thread(target=self.read, daemon=True).start()
        document = {
            "publishDiagnostics": {"versionSupport": True},
            "hover": {"contentFormat": ["markdown"]},
            "completion": {
                "completionItem": {
                    "snippetSupport": True,
                    # As editors do: the page of an item comes when it is shown.
                    "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                }
            },
            "semanticTokens": {"requests": {"full": {"delta": True}}, "tokenTypes": [], "tokenModifiers": [], "formats": []},
        }
        if pulls:
            document["diagnostic"] = {"relatedDocumentSupport": True}
        uri = folder.as_uri()
        params = {
            "processId": os.getpid(),
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": "w"}],
            "capabilities": {
                "textDocument": document,
                "workspace": {"configuration": True, "workspaceFolders": True, "diagnostics": {"refreshSupport": True}},
                "general": {"positionEncodings": ["utf-8", "utf-16"]},
            },
        }
        self.request("initialize", params)
        self.initialized = (time.perf_counter() - self.started) * 1000
        self.notify("initialized", {})

    def send(self, message):
        body = json.dumps({**message, "jsonrpc": "2.0"}).encode()
        with self.lock:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.process.stdin.flush()

    def read(self):
        stream = self.process.stdout
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                return
            body = stream.read(length)
            now = time.perf_counter()
            message = json.loads(body)
            if "method" in message and "id" in message:
                items = message.get("params") or {}
                result = [None] * len(items.get("items", [])) if "configuration" in message["method"] else None
                self.send({"id": message["id"], "result": result})
            elif message.get("method") == "textDocument/publishDiagnostics":
                self.pushed.put((now, message["params"]))
            elif message.get("id") in self.waiting:
                self.waiting.pop(message["id"]).put((now, message))

    def request(self, method, params):
        """Milliseconds, and the result."""
        self.count += 1
        answer = self.waiting[self.count] = queue.Queue()
        begin = time.perf_counter()
        self.send({"id": self.count, "method": method, "params": params})
        now, message = answer.get(timeout=PATIENCE)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return (now - begin) * 1000, message["result"]

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def open(self, path, language, text):
        document = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}
        begin = time.perf_counter()
        self.notify("textDocument/didOpen", {"textDocument": document})
        return begin

    def edit(self, path, version, at, old, new):
        """Replaces `old` characters at a place."""
        end = {**at, "character": at["character"] + old}
        change = {"range": {"start": at, "end": end}, "text": new}
        document = {"uri": path.as_uri(), "version": version}
        begin = time.perf_counter()
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return begin

    def findings(self, path, begin, fits, patience=PATIENCE):
        """Milliseconds until findings of a document fit; none when they never do."""
        end = time.perf_counter() + patience
        while (left := end - time.perf_counter()) > 0:
            try:
                now, params = self.pushed.get(timeout=left)
            except queue.Empty:
                break
            if params["uri"] == path.as_uri() and fits(params["diagnostics"]):
                return (now - begin) * 1000
        return None

    def tree(self):
        """The process and those that it started."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                todo += [int(child) for child in task.read_text().split()]
        return found

    def memory(self):
        """Resident megabytes."""
        pages = [int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.tree()]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu(self):
        """Seconds of the processor."""
        stats = [pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in self.tree()]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")

    def close(self):
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self.process.wait(5)
        except (RuntimeError, queue.Empty, OSError, subprocess.TimeoutExpired):
            pass
        for pid in reversed(self.tree() if self.process.poll() is None else []):
            os.kill(pid, 9)
        self.process.wait()


def spread(values):
    """Median and 95th percentile."""
    if not values:
        return None
    ordered = sorted(values)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def requests(client, method, params, count=60):
    return spread([client.request(method, params)[0] for _ in range(count + 5)][5:])


def number(value, digits=1):
    if value is None:
        return "–"
    if isinstance(value, tuple):
        return " / ".join(number(one, digits) for one in value)
    return f"{value:.{digits}f}"


def median_of(runs):
    """The figures of many runs: the median of each."""
    merged = {}
    for key in runs[0]:
        values = [run[key] for run in runs if run[key] is not None]
        if not values:
            merged[key] = None
        elif isinstance(values[0], tuple):
            merged[key] = tuple(statistics.median(part) for part in zip(*values))
        else:
            merged[key] = statistics.median(values)
    return merged
