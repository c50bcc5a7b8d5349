#!/usr/bin/env python3
"""The standard library beside its peers, in one run on one machine.

Every process runs on one core. A figure is the time of a program that does its work N times less
that of the same program doing it 0 times, divided by N: starting, reading and parsing keys do not
count. Ours and the peer's take turns; the median of several turns counts. Prints a section of
docs/benchmarks.md. What cannot be measured here is said by name.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent / "std"
SIZE = 10_240
LIMIT = 120


class Missing(Exception):
    """Why something cannot be measured."""


def pinned():
    """Leaves the process one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def output(command, folder):
    """Wall seconds and the text that a command printed."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=LIMIT, preexec_fn=pinned
        )
    except FileNotFoundError as error:
        raise Missing(f"{command[0]} is not there") from error
    wall = time.monotonic() - began
    if done.returncode != 0:
        first = next((line for line in done.stderr.splitlines() if line.strip()), "no message")
        raise Missing(f"{pathlib.Path(command[0]).name}: {first}")
    return wall, done.stdout.strip()


def each(command, count, folder):
    """Seconds of one turn of the work, and what the program printed."""
    idle, _ = output([*command, "0"], folder)
    busy, text = output([*command, str(count)], folder)
    return max(busy - idle, 1e-9) / count, text


def medians(commands, count, folder, runs):
    """Median seconds of one turn for each command; all print the same."""
    times, texts = {name: [] for name in commands}, set()
    for _ in range(runs):
        for name, command in commands.items():
            seconds, text = each(command, count, folder)
            times[name].append(seconds)
            texts.add(text)
    if len(texts) != 1:
        raise Missing(f"outputs differ: {sorted(texts)}")
    return {name: statistics.median(values) for name, values in times.items()}


def message(number, fields, size):
    """An ordinary message: a header, a text part and an HTML part."""
    chance = random.Random(number)
    words = "policy mail queue header relay domain message server spam virus".split()
    line = lambda: " ".join(chance.choice(words) for _ in range(9))
    header = [f"From: sender{number}@example.net", "To: alice@example.com", f"Subject: {line()}",
              "Date: Thu, 26 Nov 2026 10:00:00 +0000", f"Message-ID: <{number}@example.net>",
              "MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="b"']
    header += [f"X-Field-{n}: {line()}" for n in range(len(header), fields)]
    text = ["", "--b", "Content-Type: text/plain; charset=utf-8", ""]
    html = ["", "--b", "Content-Type: text/html; charset=utf-8", "", "<p>"]
    end = ["</p>", "--b--", ""]
    room = size - sum(len(one) + 2 for one in header + text + html + end)
    for part in (text, html):
        filled = 0
        while filled + 80 < room // 2:
            part.append(line()[:76])
            filled += len(part[-1]) + 2
    return "\r\n".join(header + text + html + end).encode()


def document():
    """JSON of some 20 kB: what a policy reads."""
    chance = random.Random(1)
    entry = lambda n: {"id": n, "domain": f"d{n}.example", "score": round(chance.random(), 4),
                       "tags": ["inbound", "tls", f"t{n % 7}"], "active": n % 3 == 0, "note": None,
                       "text": "größer \"than\" life"}
    return json.dumps({"version": 3, "domains": [entry(n) for n in range(150)]}, ensure_ascii=False)


def foreign_document():
    """JSON of some 20 kB whose texts and keys are beyond ASCII."""
    entry = lambda n: {"id": n, "имя": "größte Überraschung für Zoë", "город": "Санкт-Петербург и Москва",
                       "本文": "配信不能の通知：宛先が見つかりません", "метки": ["café", "naïve", "Ωμέγα"], "знак": "📬✉️"}
    return json.dumps({"записи": [entry(n) for n in range(78)]}, ensure_ascii=False)


def key(folder, kind):
    """A new private key of OpenSSL, and the algorithm that it is for."""
    options = {"rsa-sha256": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "ed25519-sha256": ["ED25519"]}
    need("openssl")
    subprocess.run(["openssl", "genpkey", "-algorithm", *options[kind], "-out", "key.pem"],
                   cwd=folder, check=True, capture_output=True)
    (folder / "algorithm.txt").write_text(kind)


def need(name):
    """The path of a program."""
    path = shutil.which(os.environ.get(name.upper(), name))
    if path is None:
        raise Missing(f"`{name}` is not installed")
    return path


def ours(options, program, folder):
    """The command of one of our programs."""
    mailstop = str(options.mailstop.resolve())
    return [mailstop, "hsh", "--rootpath", str(folder), "--", str(HERE / f"{program}.hsl")]


def rsa(options, folder):
    """DKIM with RSA-2048 against `openssl speed`."""
    key(folder, "rsa-sha256")
    command = ours(options, "sign", folder)
    rates, peers = [], []
    for _ in range(options.runs):
        rates.append(1 / each(command, 3000, folder)[0])
        _, text = output([need("openssl"), "speed", "-seconds", "1", "rsa2048"], folder)
        found = re.search(r"^rsa\s*2048 bits\s+\S+\s+\S+\s+([\d.]+)", text, re.MULTILINE)
        if not found:
            raise Missing("`openssl speed rsa2048` printed no rate")
        peers.append(float(found.group(1)))
    rate, peer = statistics.median(rates), statistics.median(peers)
    return f"{rate:,.0f}/s", f"openssl speed: {peer:,.0f}/s", f"{rate / peer:.0%}", "≥ 85 %", rate >= 0.85 * peer


def ed25519(options, folder):
    """DKIM with Ed25519 against the least that it can cost."""
    key(folder, "ed25519-sha256")
    command, floor = ours(options, "sign", folder), str(options.floor.resolve())
    own, least = [], []
    for _ in range(options.runs):
        own.append(1e6 * each(command, 20_000, folder)[0])
        _, text = output([floor, str(SIZE)], folder)
        least.append(sum(float(line.split()[1]) for line in text.splitlines()))
    own, least = statistics.median(own), statistics.median(least)
    return f"{own:.1f} µs", f"SHA-256 and signature: {least:.1f} µs", f"{own / least:.2f}×", "≤ 1.3×", own <= 1.3 * least


def foreign_json_round(options, folder):
    """The same with texts beyond ASCII."""
    folder = folder / "foreign"
    folder.mkdir(exist_ok=True)
    (folder / "document.json").write_text(foreign_document())
    return json_round(options, folder)


def json_round(options, folder):
    """JSON there and back against PHP."""
    commands = {"mailstop": ours(options, "json", folder), "php": [need("php"), str(HERE / "json.php")]}
    times = medians(commands, 2000, folder, options.runs)
    own, peer = 1e6 * times["mailstop"], 1e6 * times["php"]
    return f"{own:.0f} µs", f"PHP: {peer:.0f} µs", f"{own / peer:.2f}×", "≤ 1×", own <= peer


def header(options, folder):
    """One lookup and one edit in a header of 50 fields."""
    command = ours(options, "header", folder)
    times = [1e6 * each(command, 100_000, folder)[0] for _ in range(options.runs)]
    own = statistics.median(times)
    return f"{own:.2f} µs", "–", "–", "< 5 µs", own < 5


def parse(options, folder):
    """Ordinary messages."""
    command = ours(options, "parse", folder)
    bytes_each = statistics.mean((folder / f"message-{n}.eml").stat().st_size for n in range(10))
    rates = [bytes_each / each(command, 10_000, folder)[0] / 1e6 for _ in range(options.runs)]
    own = statistics.median(rates)
    return f"{own:.0f} MB/s", "–", "–", "≥ 200 MB/s", own >= 200


ROWS = {
    "DKIM signature, RSA-2048, message of 10 KB": rsa,
    "DKIM signature, Ed25519, message of 10 KB": ed25519,
    "JSON decode and encode, 20 kB": json_round,
    "JSON decode and encode, 20 kB beyond ASCII": foreign_json_round,
    "header lookup and edit, 50 fields": header,
    "parsing 10,000 messages of 10 KB": parse,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mailstop", required=True, type=pathlib.Path)
    parser.add_argument("--floor", required=True, type=pathlib.Path, help="the example `floor` of mail-crypto")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    missing = []
    print("| what | mailstop | peer | ratio | aim | |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "message.eml").write_bytes(message(0, 50, SIZE))
        (folder / "document.json").write_text(document())
        for number in range(10):
            (folder / f"message-{number}.eml").write_bytes(message(number, 20, SIZE))
        for what, measure in ROWS.items():
            try:
                own, peer, ratio, aim, good = measure(options, folder)
                print(f"| {what} | {own} | {peer} | {ratio} | {aim} | {'met' if good else 'missed'} |", flush=True)
            except (Missing, subprocess.SubprocessError) as error:
                missing.append(f"{what} ({error})")
    print(f"\nMedian of {options.runs}; one core; starting and reading keys not counted.")
    if missing:
        print("\nNot measured: " + "; ".join(missing) + ".")
        print("missing: " + "\nmissing: ".join(missing), file=sys.stderr)


if __name__ == "__main__":
    main()
