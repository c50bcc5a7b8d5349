#!/usr/bin/env python3
"""Language programs, HSL beside other interpreters, in one run on one machine.

Each program prints one line that must agree in all languages. Figures are CPU seconds (user and
system) of the whole process, median of several runs; languages take turns, so noise hits all.
HSL programs are in lang/hsl; a peer is a folder below --peers with the same program names.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent / "lang"
# The peers' programs lie beside the project, where the comparison was agreed.
AGREED = HERE.parents[2] / "shared" / "bench" / "interp"
PROGRAMS = "empty fib loops strings dict regex sieve methods json policy".split()
JIT = "-d opcache.enable_cli=1 -d opcache.jit_buffer_size=64M -d opcache.jit=tracing"
PEERS = {
    "php": ("php", "php"),
    "php-jit": ("php", f"php {JIT}"),
    "lua5.4": ("lua", "lua5.4"),
    "luajit-joff": ("lua", "luajit -joff"),
    "luajit": ("lua", "luajit"),
    "python3": ("python", "python3"),
    "node-jitless": ("node", "node --jitless"),
    "node": ("node", "node"),
}


def once(command, program):
    """CPU seconds and the printed line; none when it fails or takes a minute."""
    process = subprocess.Popen(
        [*command.split(), program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    except OSError:
        return None
    if os.waitstatus_to_exitcode(status) != 0:
        return None
    return usage.ru_utime + usage.ru_stime, text.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mailstop", required=True, type=pathlib.Path)
    parser.add_argument("--peers", type=pathlib.Path, default=AGREED, help="folder of the peers' programs")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", help="programs, separated by commas")
    options = parser.parse_args()
    languages = {"mailstop": (HERE / "hsl", f"{options.mailstop.resolve()} hsh")}
    for name, (folder, command) in PEERS.items():
        if (options.peers / folder).is_dir() and shutil.which(command.split()[0]):
            languages[name] = (options.peers / folder, command)
    print("| program | " + " | ".join(languages) + " |")
    print("|---" * (len(languages) + 1) + "|")
    disagree = False
    for program in options.only.split(",") if options.only else PROGRAMS:
        times, lines = {name: [] for name in languages}, set()
        for _ in range(options.runs):
            for name, (folder, command) in languages.items():
                for path in folder.glob(f"{program}.*"):
                    result = once(command, path)
                    if result:
                        times[name].append(result[0])
                        lines.add(result[1])
        cells = [f"{statistics.median(t):.3f}" if t else "–" for t in times.values()]
        disagree |= len(lines) > 1
        print(f"| {program} | " + " | ".join(cells) + (" | (outputs differ)" if len(lines) > 1 else " |"))
    sys.exit(1 if disagree else 0)


if __name__ == "__main__":
    main()
