#!/usr/bin/env python3
"""Probes the lab's servers and holds the result against what their traffic shows.

usage: record.sh --serve ./probe.py [OFFPORT]       in the lab, as root

Every socket of expected.tsv is asked, and as many that are closed. Each must be found open, with the protocol, the
standing and the product and version that the captures of this folder give; what differs is printed.
"""
import csv
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OFFPORT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, ".build/release/offport")


# SNMP tells its description only to who knows the community.
SECRETS = {("snmp", "product"), ("snmp", "version")}


def records(*command):
    done = subprocess.run([OFFPORT, *command, "--json", "-"], capture_output=True, text=True, cwd=ROOT)
    sys.stderr.write(done.stderr)
    assert done.returncode == 0, done.returncode
    return [json.loads(line) for line in done.stdout.splitlines()]


def services(records):
    return {(r["host"], r["port"], r["transport"], r["protocol"]): r for r in records if r["kind"] == "service"}


def main():
    with open(os.path.join(HERE, "expected.tsv")) as file:
        expected = {(r["address"], int(r["port"]), r["transport"], r["protocol"]): r
                    for r in csv.DictReader(file, delimiter="\t")}
    passive = services(records("run", "-r", os.path.join(HERE, "campus.pcap")))
    found, seconds = {}, 0
    for transport in ("tcp", "udp"):
        hosts = sorted({key[0] for key in expected if key[2] == transport})
        ports = sorted({key[1] for key in expected if key[2] == transport})
        told = records("probe", *hosts, "-p", ",".join(f"{port}/{transport}" for port in ports))
        found.update(services(told))
        summary = told[-1]
        print(f"{transport}: {summary['ports_asked']} ports asked, {summary['open']} open, {summary['closed']} closed, "
              f"{summary['silent']} silent, {summary['sent']} connections and datagrams")
    wrong = 0
    for key, row in sorted(expected.items()):
        probe, seen = found.get(key), passive.get(key)
        name = f"{row['server']} at {key[0]} {key[1]}/{key[2]}"
        if probe is None:
            others = [other[3] for other in found if other[:3] == key[:3]]
            print(f"{name}: not found as {key[3]}{', but as ' + ', '.join(others) if others else ''}")
            wrong += 1
            continue
        assert seen is not None, f"{key} is not in the captures"
        for field in ("standing", "class", "product", "version"):
            # A product that traffic shows must be the probe's too; a probe may know more.
            if (key[3], field) not in SECRETS and seen.get(field) is not None and seen.get(field) != probe.get(field):
                print(f"{name}: {field} is {probe.get(field)}, and {seen[field]} in traffic")
                wrong += 1
    for key in sorted(set(found) - set(expected)):
        print(f"found beside: {key}")
    print(f"{len(expected)} servers, {wrong} differences")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
