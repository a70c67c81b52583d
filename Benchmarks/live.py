#!/usr/bin/env python3
"""What watching a cable costs: the processor time for a packet and the packets lost, beside a plain reader of libpcap.

usage: live.py [--capture FILE] [--seconds N] [--rate MBIT] [--workers N]

tcpreplay sends the capture again and again, as fast as it can, each time with other addresses, through a veth pair; the
sensor has the whole library and a ring of 64 MB. `tcpdump -w /dev/null` reads the same replay with the same ring. Both
run twice, in turn; the better run of each counts. Needs root and tcpreplay, tcpdump.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Tests/Live"))
from stage import CAMPUS, Cable, Sensor, why_not  # noqa: E402


def processor_time(process):
    """Seconds that a running process has used, all its threads together."""
    with open(f"/proc/{process}/stat") as file:
        words = file.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def replay(cable, options):
    """Sends for so long; how many packets, and in how many seconds."""
    command = ["ip", "netns", "exec", cable.near, "tcpreplay", "-i", "cable0", "--preload-pcap", "--unique-ip", "--loop=0",
               f"--duration={options.seconds}", f"--mbps={options.rate}" if options.rate else "--topspeed", options.capture]
    done = subprocess.run(command, capture_output=True, text=True)
    sent = re.search(r"Successful packets:\s+(\d+)", done.stdout)
    rated = re.search(r"([0-9.]+) pps", done.stdout)
    if not sent or not rated:
        sys.exit(f"tcpreplay: {done.stdout}{done.stderr}")
    return int(sent[1]), float(rated[1])


def with_offport(options):
    with Cable() as cable:
        sensor = Sensor(cable, "--ring", "64", "--workers", str(options.workers))
        try:
            before = processor_time(sensor.process.pid)
            sent, rate = replay(cable, options)
            time.sleep(1)
            used = processor_time(sensor.process.pid) - before
            if sensor.end(signal.SIGTERM) != 0:
                sys.exit(sensor.said())
            summary = sensor.written()[-1]
            lost = sum(summary["lost"].get(key, 0) for key in ("frames_dropped_by_kernel", "frames_lost_by_interface"))
            return sent, rate, summary["packets"], lost, used
        finally:
            sensor.clear()


def with_tcpdump(options):
    with Cable() as cable, tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(["ip", "netns", "exec", cable.far, "tcpdump", "-i", "tap0", "-B", "65536", "-s", "4096",
                                    "-w", "/dev/null"], stderr=said)
        time.sleep(1)
        before = processor_time(process.pid)
        sent, rate = replay(cable, options)
        time.sleep(1)
        used = processor_time(process.pid) - before
        process.send_signal(signal.SIGINT)
        process.wait(20)
        said.seek(0)
        text = said.read()
        seen = int(re.search(r"(\d+) packets? captured", text)[1])
        lost = sum(int(number) for number in re.findall(r"(\d+) packets? dropped", text))
        return sent, rate, seen, lost, used


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--capture", default=CAMPUS)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rate", type=float, help="Mbit/s; as fast as possible without it")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    reason = why_not()
    if reason:
        sys.exit(f"bench-live: {reason}")
    best, missed = {}, 0
    print(f"{'':10}{'SENT':>12}{'PACKETS/S':>12}{'SEEN':>12}{'DROPPED':>10}{'CPU NS/PACKET':>15}   LOAD {os.getloadavg()[0]:.1f}")
    for _ in range(2):
        for name, run in (("tcpdump", with_tcpdump), ("offport", with_offport)):
            sent, rate, seen, lost, used = run(options)
            cost = used * 1e9 / max(1, seen)
            print(f"{name:10}{sent:12,}{rate:12,.0f}{seen:12,}{lost:10,}{cost:15.0f}", flush=True)
            best[name] = min(best.get(name, cost), cost)
            if name == "offport" and (lost or seen != sent):
                missed += 1
    print(f"offport {best['offport']:.0f} ns a packet, tcpdump {best['tcpdump']:.0f}: {best['offport'] / best['tcpdump']:.1f} times")
    if missed:
        sys.exit(f"offport missed packets in {missed} of 2 runs")


main()
