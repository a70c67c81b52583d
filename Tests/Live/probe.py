"""Ports that are asked: real servers, closed networks, and what a store knows afterwards."""

import json
import os
import shutil
import subprocess
import tempfile
import time

from servers import NEEDED, PORTS, SERVERS, Servers, is_home, key, need
from stage import OFFPORT, ROOT, Late, Sensor


def ask(cable, *words, codes=(0,)):
    """Runs a command at the near end; its records and how long it took."""
    start = time.time()
    done = subprocess.run(["ip", "netns", "exec", cable.near, OFFPORT, *words], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode in codes, (words, done.returncode, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")], time.time() - start


def known(records):
    """What a record says of a service, and who does not matter."""
    return {(*key(r), r["standing"], r.get("product"), r.get("version")) for r in records
            if r["kind"] == "service" and is_home(r)}


def real_servers_are_asked(cable):
    """A probe finds real servers on and off their ports, over IPv4 and IPv6, as a sensor sees them; both are one record in
    a store, off-port findings are asked again, and closed ports are told."""
    need(NEEDED)
    folder = tempfile.mkdtemp(prefix="offport-probe-")
    store = os.path.join(folder, "lab.db")
    with Servers(cable) as servers:
        servers.wait_for(*(port for _, port, *_ in PORTS))
        sensor = Sensor(cable, "--state", os.path.join(folder, "state"), "--store", store)
        try:
            for protocol, port, *_ in PORTS:
                servers.visit(protocol, port)
            sensor.rest(least=1.5)
            assert sensor.end() == 0, sensor.said()
            seen = known(sensor.written())
            ports = ",".join(str(port) for _, port, *_ in PORTS) + ",23,4444,161/udp"
            told, took = ask(cable, "probe", *SERVERS, "-p", ports, "--json", "-", "--store", store)
            assert known(told) == seen, known(told) ^ seen
            summary = told[-1]
            assert summary["open"] == len(SERVERS) * len(PORTS) and summary["closed"] == 3 * len(SERVERS), summary
            assert {r["rule"] for r in told if r["kind"] == "finding"} == {"off-port"}
            print(f"        {summary['ports_asked']} ports of real servers asked in {took:.1f} s")
            # One record, two sources.
            merged, _ = ask(cable, "services", "--store", store, "--format", "json")
            assert known(merged) == seen, known(merged) ^ seen
            for record in merged:
                if is_home(record):
                    assert {s["source"] for s in record["sources"]} == {"passive", "active"}, record
                    assert "conflicts" not in record or not record["conflicts"], record
            sessions = {key(r): r["sessions"] for r in merged if is_home(r)}
            # Asked again: nothing is added but the time.
            ask(cable, "probe", *SERVERS, "-p", ports, "--json", "-", "--store", store)
            again, _ = ask(cable, "services", "--store", store, "--format", "json")
            assert {key(r): r["sessions"] for r in again if is_home(r)} == sessions
            gaps, _ = ask(cable, "coverage", "--store", store, "--format", "json")
            assert gaps == [], gaps
            confirmed, _ = ask(cable, "probe", "--confirm", "--store", store, "--json", "-")
            outcomes = [r["outcome"] for r in confirmed if r["kind"] == "confirmation"]
            off_port = [p for p in PORTS if p[2] == "off-port"]
            assert outcomes == ["confirmed"] * (len(off_port) * len(SERVERS)), outcomes
        finally:
            sensor.clear()
            shutil.rmtree(folder, ignore_errors=True)


def a_network_of_closed_ports(cable):
    """The 254 addresses of a network, all ports closed, are asked in less than ten seconds; a larger one is refused."""
    cable.ip("-n", cable.far, "addr", "add", "10.78.0.1/24", "dev", "lo")
    cable.ip("-n", cable.far, "link", "set", "tap0", "arp", "on")
    cable.ip("-n", cable.near, "link", "set", "cable0", "arp", "on")
    cable.ip("-n", cable.far, "addr", "replace", "10.77.0.2/24", "dev", "tap0")
    cable.ip("-n", cable.near, "route", "add", "10.78.0.0/24", "via", "10.77.0.2")
    told, took = ask(cable, "probe", "10.78.0.0/24", "-p", "21,22,23,25,53,80,110,143,443,445,993,995,3306,3389,5900,8080",
                     "--json", "-")
    summary = told[-1]
    assert summary["closed"] == summary["ports_asked"] == 254 * 16, summary
    if took >= 10:
        raise Late(f"asked in {took:.1f} s, not in ten")
    print(f"        {summary['ports_asked']} closed ports of 254 addresses asked in {took:.1f} s")
    refused = subprocess.run(["ip", "netns", "exec", cable.near, OFFPORT, "probe", "10.78.0.0/16", "-p", "22"],
                             capture_output=True, text=True, cwd=ROOT)
    assert refused.returncode == 2 and "--max-hosts 65534" in refused.stderr, refused.stderr


TESTS = [real_servers_are_asked, a_network_of_closed_ports]
