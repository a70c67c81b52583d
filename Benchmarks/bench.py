#!/usr/bin/env python3
"""Measures Offport; prints tables and keeps them in Benchmarks/results/DATE-MACHINE-NAME.md.

usage: bench.py compare [--capture FILE] [--rounds N]      speed and memory beside nDPI and tcpdump
       bench.py signatures [--capture FILE] [--rounds N]   50 to 50,000 signatures beside the core pack
       bench.py packs [--capture FILE] [--rounds N]        signed packs of 5,000 and 50,000 signatures, installed
       bench.py flood [--flows N]                          a SYN flood with services in it
       bench.py start [--rounds N]                         time to start
       bench.py store [--sessions N] [--capture FILE]      writing, size and questions of a store

The commands take turns, so that what else the machine does hits all of them; a number is the median of the rounds. CPU
is what the process used, in user and system mode together. Fails when a promise of the documentation is not kept.
"""

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
CAPTURES = os.path.join(HERE, "captures")
OFFPORT = os.environ.get("OFFPORT", os.path.join(ROOT, ".build/release/offport"))
CORE = os.path.join(ROOT, "plugins")


class Run:
    """What one run of a command took."""

    def __init__(self, command, output=None):
        sink = open(output, "wb") if output else subprocess.DEVNULL
        errors = tempfile.TemporaryFile()
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=sink, stderr=errors, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            sys.exit(f"{' '.join(command)}: ended with {process.returncode}\n{errors.read().decode(errors='replace')}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024


def median(runs, value):
    return statistics.median(getattr(run, value) for run in runs)


def alternate(commands, rounds):
    """Runs each of the named commands once a round; the first round only warms the file cache up."""
    results = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            run = Run(command)
            if turn:
                results[name].append(run)
    return results


def packets(path):
    """How many frames a pcap file has; None for other formats.

    Reads in pieces: a process begins with its parent's peak of memory.
    """
    orders = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">"}
    with open(path, "rb") as file:
        order = orders.get(file.read(24)[:4])
        if not order:
            return None
        length = struct.Struct(order + "I")
        data, place, count = b"", 0, 0
        while piece := file.read(1 << 20):
            data, place = data[place:] + piece, 0
            while place + 16 <= len(data):
                end = place + 16 + length.unpack_from(data, place + 8)[0]
                if end > len(data):
                    break
                place = end
                count += 1
        return count


def made(kind, name, *arguments):
    """A capture that generate.py makes, made if it is not there."""
    path = os.path.join(CAPTURES, name)
    if not os.path.exists(path):
        print(f"making {path} ...", flush=True)
        subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), kind, path, *arguments], check=True)
    return path


def table(head, rows):
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))) + " |"
             for row in [head, *rows]]
    lines.insert(1, "|" + "|".join("-" * (w + 1) + ("-" if i == 0 else ":") for i, w in enumerate(widths)) + "|")
    return "\n".join(lines)


def said(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def machine():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}"


def keep(name, text, load, capture=None):
    """Prints the result and keeps it with what one must know to believe it."""
    commit = said("git", "-C", ROOT, "rev-parse", "--short", "HEAD")
    changed = said("git", "-C", ROOT, "status", "--porcelain", "--", "Sources", "plugins", "Package.swift")
    others = f"{load:.1f}" + (" (other work ran meanwhile: trust the ratios, not the numbers)" if load > 0.5 else "")
    facts = [
        f"- date: {datetime.date.today()}",
        f"- machine: {machine()}",
        f"- command: make bench{'' if name == 'compare' else '-' + name}{' CAPTURE=' + capture if capture else ''}",
        f"- commit: {commit or 'unknown'}{' and changes that are not committed' if changed else ''}",
        f"- load of the machine when it began: {others}",
    ]
    os.makedirs(os.path.join(HERE, "results"), exist_ok=True)
    place = os.path.join(HERE, "results", f"{datetime.date.today()}-{socket.gethostname()}-{name}.md")
    with open(place, "w") as file:
        file.write(f"# {name}\n\n" + "\n".join(facts) + "\n\n" + text + "\n")
    print(text)
    print(f"kept in {os.path.relpath(place, ROOT)}")


def compare(options, load):
    capture = options.capture or made("campus", "campus.pcap")
    count = packets(capture)
    if count is None:
        sys.exit("bench compare: the capture must be a pcap file (editcap -F pcap makes one)")
    if not shutil.which("ndpiReader") or not shutil.which("tcpdump"):
        subprocess.run([os.path.join(ROOT, "packaging/dependencies"), "libndpi-bin", "tcpdump"], check=False)
    run = [OFFPORT, "run", "-r", capture, "--plugins", CORE]
    commands = {"offport": run, "offport, 2 workers": run + ["--workers", "2"]}
    for name, command in [
        ("ndpiReader", ["ndpiReader", "-q", "-i", capture]),
        ("tcpdump (copies only)", ["tcpdump", "-r", capture, "-w", "/dev/null"]),
    ]:
        if shutil.which(command[0]):
            commands[name] = command
        else:
            print(f"{command[0]} is not installed; left out")
    results = alternate(commands, options.rounds)
    base = results["offport"]
    rows = []
    for name, runs in results.items():
        speed, cpu = count / median(runs, "seconds"), median(runs, "cpu") / count * 1e9
        rows.append([
            name, f"{speed / 1e6:.2f} M", f"{cpu:.0f}", f"{median(runs, 'memory'):.0f} MB",
            f"{median(base, 'seconds') / median(runs, 'seconds'):.2f}", f"{median(runs, 'cpu') / median(base, 'cpu'):.2f}",
        ])
    head = ["command", "packets/s", "CPU ns/packet", "peak memory", "speed : offport", "CPU : offport"]
    size = os.path.getsize(capture) / 1e6
    text = f"{os.path.basename(capture)}: {count:,} packets, {size:.0f} MB; medians of {options.rounds} rounds\n\n"
    keep("compare", text + table(head, rows), load, options.capture)
    return True


def signatures(options, load):
    capture = options.capture or made("campus", "campus.pcap")
    count = packets(capture) or 1
    counts = [50, 500, 5_000, 50_000]
    short = made("small", "10-packets.pcap")
    with tempfile.TemporaryDirectory() as folder:
        loads, scans = {}, {}
        for number in counts:
            pack = os.path.join(folder, str(number))
            subprocess.run([sys.executable, os.path.join(HERE, "signatures.py"), str(number), pack], check=True)
            plugins = ["--plugins", CORE, "--plugins", pack, "--strict"]
            loads[number] = [OFFPORT, "run", "-r", short, *plugins]
            scans[number] = [OFFPORT, "run", "-r", capture, *plugins]
        loading, scanning = alternate(loads, options.rounds), alternate(scans, options.rounds)
    rows = []
    cost = {}
    for number in counts:
        # What loading took is no packet's cost.
        cpu = [run.cpu - median(loading[number], "cpu") for run in scanning[number]]
        cost[number] = statistics.median(cpu) / count * 1e9
        rows.append([
            f"{number:,}", f"{median(loading[number], 'seconds'):.2f} s", f"{cost[number]:.0f}",
            f"{cost[number] / cost[counts[0]]:.2f}", f"{median(scanning[number], 'memory'):.0f} MB",
        ])
    ratio, slowest = cost[50_000] / cost[50], median(loading[50_000], "seconds")
    kept = ratio <= 1.3 and slowest <= 3
    text = table(["signatures + core", "load and tests", "CPU ns/packet", ": 50", "peak memory"], rows)
    text += f"\n\n50,000 : 50 is {ratio:.2f} (at most 1.3), load {slowest:.2f} s (at most 3 s): {'kept' if kept else 'NOT KEPT'}"
    keep("signatures", f"{os.path.basename(capture)}: {count:,} packets; medians of {options.rounds} rounds\n\n" + text, load, options.capture)
    return kept


def packs(options, load):
    """Installing big signed packs, and what runs cost that load and verify them."""
    capture = options.capture or made("campus", "campus.pcap")
    count = packets(capture) or 1
    short = made("small", "10-packets.pcap")
    counts = [0, 5_000, 50_000]
    with tempfile.TemporaryDirectory() as folder:
        def offport(home, *words):
            return ["env", f"OFFPORT_HOME={os.path.join(folder, home)}", OFFPORT, *words]

        installs, loads, scans, sizes = {}, {}, {}, {}
        Run(offport("maker", "pack", "keygen", "bench", "--no-password"))
        with open(os.path.join(folder, "maker/keys/bench.pub")) as file:
            key = file.read().split("\n")[1]
        for number in counts:
            home = f"home-{number}"
            if number:
                source, archive = os.path.join(folder, str(number)), os.path.join(folder, f"{number}.tar.gz")
                subprocess.run([sys.executable, os.path.join(HERE, "signatures.py"), str(number), source], check=True)
                Run(offport("maker", "pack", "sign", source))
                Run(offport("maker", "pack", "build", source, "-o", archive))
                sizes[number] = os.path.getsize(archive) / 1e6
                Run(offport(home, "pack", "trust", "bench", key))
                installs[number] = []
                for _ in range(3):
                    installs[number].append(Run(offport(home, "pack", "install", archive)))
                    Run(offport(home, "pack", "remove", "bench/made-up"))
                Run(offport(home, "pack", "install", archive))
            loads[number] = offport(home, "run", "-r", short, "--strict")
            scans[number] = offport(home, "run", "-r", capture, "--strict")
        loading, scanning = alternate(loads, options.rounds), alternate(scans, options.rounds)
    rows, cost = [], {}
    for number in counts:
        cpu = [run.cpu - median(loading[number], "cpu") for run in scanning[number]]
        cost[number] = statistics.median(cpu) / count * 1e9
        rows.append([
            f"{number:,}", f"{sizes[number]:.1f} MB" if number else "", f"{median(installs[number], 'seconds'):.2f} s" if number else "",
            f"{median(loading[number], 'seconds'):.2f} s", f"{cost[number]:.0f}", f"{cost[number] / cost[0]:.2f}",
            f"{median(scanning[number], 'memory'):.0f} MB",
        ])
    ratio = cost[50_000] / cost[0]
    kept = ratio <= 1.3
    text = table(["signatures + core", "archive", "install", "verify, load, tests", "CPU ns/packet", ": core", "peak memory"], rows)
    text += f"\n\n50,000 : core alone is {ratio:.2f} (at most 1.3): {'kept' if kept else 'NOT KEPT'}"
    keep("packs", f"{os.path.basename(capture)}: {count:,} packets; medians of {options.rounds} rounds\n\n" + text, load, options.capture)
    return kept


def flood(options, load):
    capture = made("flood", f"flood-{options.flows}.pcap", "--flows", str(options.flows))
    count = packets(capture)
    report = os.path.join(CAPTURES, "flood.jsonl")
    run = Run([OFFPORT, "run", "-r", capture, "--plugins", CORE, "--max-flows", "200000", "--json", report, "--quiet"])
    found = set()
    with open(report) as file:
        for record in map(json.loads, file):
            if record["kind"] == "service":
                found.add(f"{record['protocol']}/{record['port']}")
    # The laboratory's servers that the conversations in the flood are with.
    wanted = {"ssh/22", "ssh/2222", "ssh/8080", "ftp/21", "ftp/419", "ftp/2100", "http/80", "http/8000", "http/31337"}
    missing = sorted(wanted - found)
    kept = not missing and run.memory <= 256
    text = table(
        ["packets", "packets/s", "CPU ns/packet", "peak memory", "services found"],
        [[f"{count:,}", f"{count / run.seconds / 1e6:.2f} M", f"{run.cpu / count * 1e9:.0f}", f"{run.memory:.0f} MB",
          f"{len(wanted) - len(missing)} of {len(wanted)}"]])
    text += f"\n\n--max-flows 200000; found: {', '.join(sorted(found))}" + (f"; MISSING: {', '.join(missing)}" if missing else "")
    keep("flood", text, load)
    return kept


def start(options, load):
    capture = made("small", "10-packets.pcap")
    run = [OFFPORT, "run", "-r", capture, "--plugins", CORE]
    # Where nothing can be kept, nothing is known: every file is run, as at the first start.
    commands = {"again": run, "for the first time": ["env", "OFFPORT_HOME=/proc/offport", *run]}
    results = alternate(commands, max(options.rounds, 20))
    text = f"`run` on 10 packets, with the core plugins: medians of {len(results['again'])} (at most 60 ms)\n\n"
    text += table(["files are read", "time", "CPU", "memory", ""], [
        [name, f"{median(runs, 'seconds') * 1000:.1f} ms", f"{median(runs, 'cpu') * 1000:.1f} ms",
         f"{median(runs, 'memory'):.0f} MB", "kept" if median(runs, "seconds") <= 0.06 else "NOT KEPT"]
        for name, runs in results.items()])
    kept = all(median(runs, "seconds") <= 0.06 for runs in results.values())
    keep("start", text, load)
    return kept


def lane(command):
    """Runs a command; its seconds, and the CPU seconds of its first thread, which is the packet lane's."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    cpu = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/task/{process.pid}/schedstat") as file:
                cpu = max(cpu, int(file.read().split()[0]) / 1e9)
        except (OSError, IndexError):
            pass
        time.sleep(0.004)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: ended with {process.returncode}\n{process.stderr.read().decode(errors='replace')}")
    return time.monotonic() - begin, cpu


def storing(capture, path, rounds):
    """What `lane` says of reading a capture, without a store and with one, in turns."""
    run = [OFFPORT, "run", "-r", capture, "--plugins", CORE, "--quiet"]
    plain, stored = [], []
    for _ in range(rounds):
        plain.append(lane(run))
        for ending in ("", "-wal", "-shm", "-lock"):
            if os.path.exists(path + ending):
                os.remove(path + ending)
        stored.append(lane([*run, "--store", path]))
    return plain, stored


def store(options, load):
    """Writes a month of sessions between 100,000 hosts and asks of a server that 2,000 clients used 50,000 times."""
    middle = lambda runs, place: statistics.median(run[place] for run in runs)
    # Turn by turn, so that a slow minute of the machine hits both.
    dearer = lambda plain, stored: statistics.median(with_[1] / without[1] for without, with_ in zip(plain, stored)) - 1
    path = os.path.join(CAPTURES, "sessions.db")
    usual = options.capture or made("campus", "campus.pcap")
    plain, stored = storing(usual, path, max(options.rounds, 21))
    cost = dearer(plain, stored)
    capture = made("sessions", f"sessions-{options.sessions}.pcap", "--sessions", str(options.sessions))
    plain, stored = storing(capture, path, max(1, min(options.rounds, 3)))
    rate = options.sessions / middle(stored, 0)
    worst = dearer(plain, stored)
    size = os.path.getsize(path) / options.sessions
    rows = [
        ["sessions stored a second", f"{rate:,.0f}", "150,000", rate >= 150_000],
        [f"CPU of the packet lane, {os.path.basename(usual)}", f"{cost:+.1%}", "+10 %", cost <= 0.10],
        ["the same, sessions of three packets", f"{worst:+.1%}", "", None],
        ["bytes a session, indexes and all", f"{size:.1f}", "150", size <= 150],
    ]
    place = "10.200.0.1:49152"
    for question, most in ((["first-use", place], 0.2), (["clients-of", place], 0.2), (["sessions", place], 0.2),
                           (["timeline", "10.200.0.1"], 1.0), (["reached", place], 1.0)):
        taken = min(Run([OFFPORT, *question, "--store", path]).seconds for _ in range(4))
        rows.append([f"`{question[0]}`, warm", f"{taken * 1000:.0f} ms", f"{most * 1000:.0f} ms", taken <= most])
    verdict = {True: "kept", False: "NOT KEPT", None: ""}
    text = table(["", "measured", "promised", ""], [[*row[:3], verdict[row[3]]] for row in rows])
    text += f"\n\n{options.sessions:,} sessions, {len(stored)} rounds; without a store {middle(plain, 0):.1f} s, with it {middle(stored, 0):.1f} s"
    keep("store", text, load, options.capture)
    return all(row[3] is not False for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["compare", "signatures", "packs", "flood", "start", "store"])
    parser.add_argument("--capture")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--flows", type=int, default=5_000_000)
    parser.add_argument("--sessions", type=int, default=10_000_000)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    kept = {"compare": compare, "signatures": signatures, "packs": packs, "flood": flood, "start": start, "store": store}[options.what](options, load)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
