#!/usr/bin/env python3
"""Asks what pages ask: runs the commands of their console blocks and compares what is printed with what stands there.

usage: ask.py [--write] PAGE...          with offport in PATH, or OFFPORT=path; --write puts what is printed into the pages

A block begins with ```console; a line that begins with "$ " is a command, what follows is what it prints, and "..." alone
stands for any lines. The commands of a page run one after the other in a folder of their own, in which `examples` and
`plugins` are those of the project. They are the reader's: python3 and offport, nothing else.
"""
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OFFPORT = os.environ.get("OFFPORT", "offport")


def run(command, folder):
    words = shlex.split(command)
    programs = {"offport": OFFPORT, "python3": sys.executable}
    if words[0] not in programs:
        sys.exit(f"{command}: only offport and python3 are run")
    environment = {**os.environ, "NO_COLOR": "1", "OFFPORT_HOME": folder, "TZ": "UTC"}
    done = subprocess.run(
        [programs[words[0]], *words[1:]], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    return done.stdout.splitlines()


def agrees(wanted, printed):
    """Whether lines are the same, where "..." stands for any lines."""
    if not wanted:
        return not printed
    if wanted[0].strip() == "...":
        return any(agrees(wanted[1:], printed[start:]) for start in range(len(printed) + 1))
    return bool(printed) and wanted[0].rstrip() == printed[0].rstrip() and agrees(wanted[1:], printed[1:])


def blocks(lines):
    """The commands of a page: where what they print begins and ends, and whether a block was left open."""
    inside, start, command = False, 0, None
    for place, line in enumerate(lines + ["```"]):
        if line.startswith("```"):
            if command:
                yield command, start, place
            inside, command = line == "```console", None
        elif inside and line.startswith("$ "):
            if command:
                yield command, start, place
            command, start = line[2:], place + 1


def check(page, writes):
    lines = page.read_text().splitlines()
    made, last, wrong, count = [], 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name in ("examples", "plugins"):
            os.symlink(ROOT / name, f"{folder}/{name}")
        for command, start, end in blocks(lines):
            count += 1
            printed = run(command, folder)
            wanted = lines[start:end]
            while wanted and not wanted[-1].strip():
                wanted = wanted[:-1]
            rest = lines[start + len(wanted):end]
            made += lines[last:start] + ([line.rstrip() for line in printed] if "..." not in wanted else wanted) + rest
            last = end
            if not agrees(wanted, printed) and not writes:
                wrong += 1
                print(f"{page.name}: $ {command}\n  prints:")
                for line in printed:
                    print(f"  {line}")
    if writes:
        page.write_text("\n".join(made + lines[last:]) + "\n")
    print(f"{page.name}: {count} commands, {wrong} not as told")
    return wrong == 0 and count > 0


def main():
    pages = [Path(name) for name in sys.argv[1:] if name != "--write"]
    if not pages:
        sys.exit(__doc__)
    if not all([check(page, "--write" in sys.argv) for page in pages]):
        sys.exit(1)


if __name__ == "__main__":
    main()
