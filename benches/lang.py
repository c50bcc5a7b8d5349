#!/usr/bin/env python3
"""Language programs, HSL beside other interpreters, in one run on one machine.

Each program prints one line that must agree in all languages. Figures are CPU seconds (user and
system) of the whole process, median of several runs; languages take turns, so noise hits all.
HSL programs are in lang/hsl; a peer is a folder below --peers with the same program names. Prints
a section of docs/benchmarks.md; what is missing is said on standard error, too.
"""

import argparse
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent / "lang"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
from module import module  # noqa: E402

# The peers' programs lie beside the project, where the comparison was agreed.
AGREED = HERE.parents[2] / "shared" / "bench" / "interp"
PROGRAMS = "empty fib loops strings dict regex sieve methods json policy".split()
JIT = "-d opcache.enable_cli=1 -d opcache.jit_buffer_size=64M -d opcache.jit=tracing"
# Name: folder of its programs, command. PHP, LUA, LUAJIT, PYTHON and NODE name other binaries.
PEERS = {
    "php": ("php", ("PHP", "php"), ""),
    "php-jit": ("php", ("PHP", "php"), JIT),
    "lua5.4": ("lua", ("LUA", "lua5.4"), ""),
    "luajit-joff": ("lua", ("LUAJIT", "luajit"), "-joff"),
    "luajit": ("lua", ("LUAJIT", "luajit"), ""),
    "python3": ("python", ("PYTHON", "python3"), ""),
    "node-jitless": ("node", ("NODE", "node"), "--jitless"),
    "node": ("node", ("NODE", "node"), ""),
}
# Interpreters that HSL should beat on every program.
RIVALS = ["php", "lua5.4", "luajit-joff"]
MODULE_LINES = 2000
STARTS = 50
COMPILES = 30
LIMIT = 60.0


def once(command):
    """CPU and wall seconds, what it printed, and what it said; none when it fails or is too slow."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        usage = wait(process)
        wall = time.monotonic() - began
        if process.returncode != 0:
            return None
        out.seek(0)
        err.seek(0)
        text, said = out.read().decode(errors="replace"), err.read().decode(errors="replace")
        return usage.ru_utime + usage.ru_stime, wall, text.strip(), said


def wait(process):
    """Waits for a process; ends it when it takes longer than the limit."""
    signal.signal(signal.SIGALRM, lambda *_: os.kill(process.pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    # The object must not wait for a process that is gone.
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def python_itself(path):
    """The interpreter behind a wrapper of a version manager, whose start-up is not the language's."""
    asked = subprocess.run(
        [path, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True
    )
    return asked.stdout.strip() or path


def languages(options):
    """Command lines by language, and what is missing."""
    mailstop = str(options.mailstop.resolve())
    found, missing = {"mailstop": (HERE / "hsl", [mailstop, "hsh"])}, []
    for name, (folder, (variable, default), flags) in PEERS.items():
        binary = shutil.which(os.environ.get(variable, default))
        if not (options.peers / folder).is_dir():
            missing.append(f"{name} (no programs in {options.peers / folder})")
        elif binary is None:
            missing.append(f"{name} (`{os.environ.get(variable, default)}` is not installed)")
        else:
            binary = python_itself(binary) if folder == "python" else binary
            found[name] = (options.peers / folder, [binary, *flags.split()])
    return found, missing


def measure(program, found, runs):
    """Median CPU seconds by language, and whether all printed the same."""
    times, lines = {name: [] for name in found}, set()
    for _ in range(runs):
        for name, (folder, command) in found.items():
            for path in folder.glob(f"{program}.*"):
                result = once([*command, str(path)])
                if result:
                    times[name].append(result[0])
                    lines.add(result[2])
    return {name: statistics.median(t) for name, t in times.items() if t}, len(lines) <= 1


def verdict(rival, table):
    """How HSL stands against one interpreter."""
    ratios = {p: row[rival] / row["mailstop"] for p, row in table.items()
              if rival in row and "mailstop" in row and row["mailstop"] > 0}
    if not ratios:
        return f"- {rival}: not measured."
    won = [program for program, ratio in ratios.items() if ratio > 1]
    lost = sorted((ratio, program) for program, ratio in ratios.items() if ratio <= 1)
    mean = statistics.geometric_mean(ratios.values())
    text = f"- {rival}: faster on {len(won)} of {len(ratios)} programs"
    text += f", geometric mean {mean:.2f}× the speed"
    if lost:
        text += "; slower on " + ", ".join(f"{p} ({ratio:.2f}×)" for ratio, p in lost)
    return text + "."


def starts(mailstop):
    """CPU and wall milliseconds of starting: least and median."""
    results = [once([mailstop, "hsh", "-e", ""]) for _ in range(STARTS)]
    rows = [sorted(1e3 * result[of] for result in results if result) for of in (0, 1)]
    return [(row[0], statistics.median(row)) for row in rows]


def compiles(mailstop):
    """CPU milliseconds of compiling a generated module, each in a process of its own."""
    text = module(MODULE_LINES)
    with tempfile.NamedTemporaryFile("w", suffix=".hsl") as file:
        file.write(text)
        file.flush()
        command = [mailstop, "hsh", "--time", file.name]
        said = [result[3] for result in (once(command) for _ in range(COMPILES)) if result]
    steps = [
        sum(float(line.split()[-1]) for line in one.splitlines()
            if line.startswith(("parse and analyze", "compile", "load")))
        for one in said
    ]
    return text.count("\n"), len(text) // 1000, min(steps), statistics.median(steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mailstop", required=True, type=pathlib.Path)
    parser.add_argument("--peers", type=pathlib.Path, default=AGREED, help="folder of the peers' programs")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", help="programs, separated by commas")
    options = parser.parse_args()
    found, missing = languages(options)
    for peer in missing:
        print(f"missing: {peer}", file=sys.stderr)
    print("| program | " + " | ".join(found) + " |")
    print("|---" * (len(found) + 1) + "|")
    disagree, table = [], {}
    for program in options.only.split(",") if options.only else PROGRAMS:
        row, agree = measure(program, found, options.runs)
        table[program] = row
        cells = [f"{row[name]:.4f}" if name in row else "–" for name in found]
        if not agree:
            disagree.append(program)
        print(f"| {program} | " + " | ".join(cells) + " |", flush=True)
    print(f"\nCPU seconds, median of {options.runs}. Against each interpreter without compiler to")
    print("machine code (above 1×, HSL needs less time):\n")
    for rival in RIVALS:
        print(verdict(rival, table))
    if missing:
        print("\nNot measured: " + "; ".join(missing) + ".")
    if disagree:
        print("\n**Outputs differ** on " + ", ".join(disagree) + ".")
    mailstop = str(options.mailstop.resolve())
    (cpu, cpu_median), (wall, wall_median) = starts(mailstop)
    print(f"\n`hsh -e ''`, {STARTS} starts: CPU {cpu:.2f} ms at least, {cpu_median:.2f} ms median; "
          f"wall {wall:.2f} ms at least, {wall_median:.2f} ms median.")
    lines, size, least, median = compiles(mailstop)
    print(f"\nCompiling a generated module of {lines:,} lines ({size} kB; parse, analyze, compile, "
          f"verify), {COMPILES} processes: CPU {least:.2f} ms at least, {median:.2f} ms median.")
    sys.exit(1 if disagree else 0)


if __name__ == "__main__":
    main()
