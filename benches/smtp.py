#!/usr/bin/env python3
"""SMTP relay, Mailstop beside Postfix, in one run on one machine.

smtp-source (Postfix) -> server under test -> smtp-sink (Postfix), all on 127.0.0.1. Both servers
flush every message to disk before they answer 250. Messages per second is the rate of the whole
chain; CPU seconds per 1,000 messages is that of the server alone, with all its processes.

Postfix comes from the Debian package, unpacked into target/peers and run from there.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "target" / "peers"
TICK = os.sysconf("SC_CLK_TCK")


def peer():
    """Unpacks Postfix, once."""
    folder = PEERS / "postfix"
    if not folder.exists():
        (PEERS / "deb").mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-q", "postfix"], cwd=PEERS / "deb", check=True)
        deb = next((PEERS / "deb").glob("postfix_*.deb"))
        subprocess.run(["dpkg", "-x", deb, folder], check=True)
    return folder


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    """Returns when the port answers; the server's death or 15 seconds end the run."""
    end = time.time() + 15
    while time.time() < end:
        if process.poll() is not None:
            sys.exit(f"the server ended with {process.returncode} before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    sys.exit("the server does not listen")


def family(root):
    """The process and all below it."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = open(f"/proc/{entry}/stat").read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_seconds(root):
    """User and system time of the family, ended children included."""
    total = 0
    for pid in family(root):
        try:
            fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / TICK


def postfix(run, port, sink):
    """Starts Postfix from its unpacked package with a queue of its own."""
    home = peer()
    lib = home / "usr/lib/postfix"
    for folder in ("etc", "queue", "data", "log"):
        (run / folder).mkdir()
    (run / "etc/main.cf").write_text(
        f"""compatibility_level = 3.6
queue_directory = {run}/queue
data_directory = {run}/data
command_directory = {home}/usr/sbin
daemon_directory = {lib}/sbin
shlib_directory = {lib}
meta_directory = {run}/etc
mail_owner = mail
setgid_group = news
import_environment = MAIL_CONFIG LD_LIBRARY_PATH LANG=C TZ
export_environment = MAIL_CONFIG LD_LIBRARY_PATH
maillog_file = {run}/log/mail.log
maillog_file_prefixes = {run}/log
myhostname = mx.example.org
mydestination =
local_transport = error:no local delivery
alias_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtp_host_lookup = native
relayhost = [127.0.0.1]:{sink}
smtputf8_enable = no
"""
    )
    services = [f"127.0.0.1:{port} inet n - n - - smtpd"]
    services += ["pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup"]
    services += ["qmgr unix n - n 300 1 qmgr", "rewrite unix - - n - - trivial-rewrite"]
    services += [f"{name} unix - - n - 0 bounce" for name in ("bounce", "defer", "trace")]
    services += ["tlsmgr unix - - n 1000? 1 tlsmgr", "flush unix n - n 1000? 0 flush"]
    services += [f"{name} unix - - n - - smtp" for name in ("smtp", "relay")]
    services += [f"{name} unix - - n - - error" for name in ("error", "retry")]
    services += ["proxymap unix - - n - - proxymap", "showq unix n - n - - showq"]
    services += ["anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache"]
    services += ["postlog unix-dgram n - n - 1 postlogd", "verify unix - - n - 1 verify"]
    (run / "etc/master.cf").write_text("\n".join(services) + "\n")
    private = "active bounce corrupt defer deferred flush hold incoming private saved trace".split()
    for name in private + ["pid", "maildrop", "public"]:
        (run / "queue" / name).mkdir()
    for name in private:
        shutil.chown(run / "queue" / name, "mail")
        (run / "queue" / name).chmod(0o700)
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        shutil.chown(run / "queue" / name, "mail", "news")
        (run / "queue" / name).chmod(mode)
    shutil.chown(run / "data", "mail")
    for folder in (run, run / "etc", *run.parents):
        if folder.stat().st_uid == os.getuid() and str(folder).startswith(tempfile.gettempdir()):
            folder.chmod(folder.stat().st_mode | 0o055)
    env = dict(os.environ, LD_LIBRARY_PATH=str(lib), MAIL_CONFIG=str(run / "etc"))
    return [str(lib / "sbin/master"), "-c", str(run / "etc"), "-d"], env


def mailstop(binary):
    """Starts Mailstop on a packed project that relays everything to the sink."""

    def start(run, port, sink):
        config = run / "project/src/config"
        hook = run / "project/src/hooks/eod"
        config.mkdir(parents=True)
        hook.mkdir(parents=True)
        (config / "smtpd.yaml").write_text(
            f"""version: "6.10"
servers:
  - id: relay
    listeners: [{{address: 127.0.0.1, port: {port}}}]
environment:
  spool: {{path: {run}/spool}}
  controlsocket: {{path: {run}/smtpd.sock}}
debug: {{allow: true}}
"""
        )
        (config / "smtpd-app.yaml").write_text(
            f"""version: "6.10"
servers:
  - id: relay
    transport: next
    phases:
      eod: {{hook: default}}
transportgroups:
  - id: default
    connection: {{server: 127.0.0.1, port: {sink}}}
    transports:
      - id: next
"""
        )
        (hook / "default.hsl").write_text(
            """foreach ($transaction["recipients"] as $recipient) {
    $arguments["mail"]->queue($transaction["sender"], $recipient["recipient"], $recipient["transportid"]);
}
Accept();
"""
        )
        subprocess.run([binary, "pack", run / "project"], check=True, stdout=subprocess.DEVNULL)
        dist = run / "project/dist"
        return [binary, "smtpd", "--config", dist / "smtpd.yaml", "--app", dist / "smtpd-app.yaml"], None

    return start


def arm(binary, run):
    """Attaches a debugger with a breakpoint in the hook, for clients that never come."""
    adapter = subprocess.Popen([binary, "dap"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def request(seq, command, arguments):
        message = {"seq": seq, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        adapter.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        adapter.stdin.flush()

    def wait_until(seq):
        while True:
            length = 0
            while (line := adapter.stdout.readline().strip()):
                length = int(line.split(b":")[1])
            message = json.loads(adapter.stdout.read(length))
            if message.get("request_seq") == seq:
                if not message["success"]:
                    sys.exit(f"the debugger did not attach: {message}")
                return message

    hook = run / "project/src/hooks/eod/default.hsl"
    request(1, "initialize", {"adapterID": "hsl", "linesStartAt1": True, "columnsStartAt1": True})
    wait_until(1)
    target = {"project": str(run / "project"), "target": f"unix:{run}/smtpd.sock"}
    request(2, "attach", {**target, "conditions": {"remoteips": ["192.0.2.1"]}})
    request(3, "setBreakpoints", {"source": {"path": str(hook)}, "breakpoints": [{"line": 2}]})
    request(4, "configurationDone", {})
    wait_until(4)
    return adapter


def once(start, messages, sessions, size, attach=None):
    """One run: messages per second, and CPU seconds of the server per 1,000 messages."""
    tools, lib = peer() / "usr/sbin", peer() / "usr/lib/postfix"
    env = dict(os.environ, LD_LIBRARY_PATH=str(lib))
    run = pathlib.Path(tempfile.mkdtemp(prefix="bench-smtp-"))
    port, sink_port = free_port(), free_port()
    sink = subprocess.Popen(
        [tools / "smtp-sink", "-c", "-u", "nobody", f"127.0.0.1:{sink_port}", "1000"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    wait_for(sink_port, sink)
    command, server_env = start(run, port, sink_port)
    log = open(run / "server.log", "w")
    server = subprocess.Popen(command, env=server_env, stdout=log, stderr=log)
    adapter = None
    try:
        wait_for(port, server)
        adapter = attach(run) if attach else None
        before, began = cpu_seconds(server.pid), time.time()
        source = [tools / "smtp-source", "-d", "-c", "-s", sessions, "-m", messages, "-l", size]
        source += ["-f", "a@example.org", "-t", "b@example.net", f"127.0.0.1:{port}"]
        subprocess.run([str(word) for word in source], env=env, check=True, stdout=subprocess.DEVNULL)
        delivered(sink, messages)
        elapsed = time.time() - began
        return messages / elapsed, (cpu_seconds(server.pid) - before) / messages * 1000
    finally:
        ours = [process for process in (adapter, server, sink) if process]
        for process in ours:
            process.send_signal(signal.SIGTERM)
        for process in ours:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(run, ignore_errors=True)


def delivered(sink, messages):
    """Reads the sink's running counter (`mesg=N`) until all have arrived."""
    os.set_blocking(sink.stdout.fileno(), False)
    end, text = time.time() + 120, b""
    while time.time() < end:
        text = (text + (sink.stdout.read() or b""))[-64:]
        counts = re.findall(rb"mesg=(\d+)\r", text)
        if counts and int(counts[-1]) >= messages:
            return
        time.sleep(0.005)
    sys.exit(f"only {text!r} of {messages} messages arrived")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mailstop", required=True, type=pathlib.Path)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--size", type=int, default=10240)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    binary = options.mailstop.resolve()
    servers = {
        "postfix": (postfix, None),
        "mailstop": (mailstop(binary), None),
        "mailstop, debugger attached to others": (mailstop(binary), lambda run: arm(binary, run)),
    }
    results = {name: [] for name in servers}
    for _ in range(options.repeat):
        for name, (start, attach) in servers.items():
            load = (options.messages, options.sessions, options.size)
            results[name].append(once(start, *load, attach))
    print(f"{options.messages} messages of {options.size} bytes over {options.sessions} connections, median of {options.repeat}\n")
    print("| server | messages/s | CPU s per 1,000 | rate against Postfix | CPU against Postfix |")
    print("|---|---|---|---|---|")
    middle = {n: [statistics.median(c) for c in zip(*runs)] for n, runs in results.items()}
    for name, (rate, cpu) in middle.items():
        base_rate, base_cpu = middle["postfix"]
        print(f"| {name} | {rate:.0f} | {cpu:.3f} | {rate / base_rate:.2f}× | {cpu / base_cpu:.2f}× |")


if __name__ == "__main__":
    main()
