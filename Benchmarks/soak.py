#!/usr/bin/env python3
"""Watches a cable for a long time while traffic with ever new hosts goes over it; memory must stay flat.

usage: soak.py [--minutes N] [--capture FILE] [--rate N] [--max-flows N] [--max-services N]

Every round sends the capture again with other addresses, so that flows, hosts and services keep coming. Every ten seconds
the sensor's memory is noted. Needs root. Fails when the sensor ends or complains, when memory grows by more than a tenth
over the second half, or when what was sent is not what was seen and dropped.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Tests/Live"))
from stage import CAMPUS, Cable, Sensor, enter, frames_of, why_not  # noqa: E402


def places(frame):
    """Where the low bytes of the addresses lie in an IP frame over Ethernet; none for other frames."""
    if frame[12:14] == b"\x08\x00" and len(frame) >= 34:
        return (27, 31)
    if frame[12:14] == b"\x86\xdd" and len(frame) >= 54:
        return (35, 51)
    return None


def send_rounds(cable, capture, seconds, rate, sent):
    """Sends round after round; writes how many frames it sent."""
    enter(cable.near)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind(("cable0", 0))
    frames = [(frame, places(frame)) for frame in frames_of(capture) if len(frame) <= 1514]
    dice = random.Random(419)
    start, count = time.time(), 0
    while time.time() - start < seconds:
        # Bytes 1 to 3 of IPv4 addresses, the last three of IPv6's.
        mask = dice.getrandbits(24).to_bytes(3, "big")
        for frame, at in frames:
            if at:
                changed = bytearray(frame)
                for place in at:
                    for offset in range(3):
                        changed[place + offset] ^= mask[offset]
                frame = changed
            while True:
                try:
                    wire.send(frame)
                    break
                except OSError as error:
                    if error.errno != 105:
                        raise
                    time.sleep(0.001)
            count += 1
            if count % 256 == 0:
                ahead = count / rate - (time.time() - start)
                if ahead > 0:
                    time.sleep(ahead)
    with open(sent, "w") as file:
        file.write(str(count))


def memory_of(process):
    """The resident memory of the process or of its only child, in MB."""
    child = subprocess.run(["pgrep", "-P", str(process.pid), "offport"], capture_output=True, text=True).stdout.split()
    with open(f"/proc/{child[0] if child else process.pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--capture", default=CAMPUS)
    parser.add_argument("--rate", type=int, default=20_000, help="frames a second")
    parser.add_argument("--max-flows", type=int, default=50_000)
    parser.add_argument("--max-services", type=int, default=20_000, help="few, so that the tables are soon full")
    options, flags = parser.parse_known_args()
    reason = why_not()
    if reason:
        sys.exit(f"soak: {reason}")
    with Cable() as cable:
        sensor = Sensor(cable, "--max-flows", str(options.max_flows), "--max-services", str(options.max_services),
                        *flags)
        note = os.path.join(sensor.folder, "sent")
        sender = os.fork()
        if sender == 0:
            try:
                send_rounds(cable, options.capture, options.minutes * 60, options.rate, note)
                os._exit(0)
            except Exception as error:  # noqa: BLE001 - the parent only sees the exit code
                print(f"sender: {error}", file=sys.stderr)
                os._exit(1)
        start, seen = time.time(), []
        while os.waitpid(sender, os.WNOHANG)[0] == 0:
            time.sleep(1)
            if sensor.process.poll() is not None:
                sys.exit(f"the sensor ended: {sensor.said()}")
            if not seen or time.time() - seen[-1][0] >= 10:
                seen.append((time.time(), memory_of(sensor.process)))
                print(f"{(seen[-1][0] - start) / 60:6.1f} min  {seen[-1][1]:8.1f} MB", flush=True)
        time.sleep(2)
        seen.append((time.time(), memory_of(sensor.process)))
        code = sensor.end(signal.SIGTERM)
        summary = sensor.written()[-1]
        with open(note) as file:
            sent = int(file.read())
        dropped = sum(summary["lost"].get(key, 0) for key in ("frames_dropped_by_kernel", "frames_lost_by_interface"))
        half = [megabytes for _, megabytes in seen[len(seen) // 2:]]
        print(f"sent {sent:,}  seen {summary['packets']:,}  dropped {dropped:,}  services {summary['services']:,}  "
              f"flows {summary['flows']:,}  lost {summary['lost']}")
        print(f"memory over the second half: {min(half):.1f} to {max(half):.1f} MB")
        problems = []
        if code != 0:
            problems.append(f"the sensor ended with {code}")
        if abs(sent - summary["packets"] - dropped) > 0:
            problems.append("sent is not seen and dropped")
        if max(half) > 1.1 * min(half):
            problems.append("memory grows")
        if sensor.complaints():
            problems.append(f"the sensor complained: {sensor.complaints()[:4]}")
        sensor.clear()
        if problems:
            sys.exit("; ".join(problems))


main()
