#!/usr/bin/env python3
"""Makes captures to measure with, from the laboratory's captures; needs the standard library only.

usage: generate.py campus OUT.pcap [--packets N]   the laboratory, replayed by many campuses at a time
       generate.py flood OUT.pcap [--flows N]      a SYN flood with some of the laboratory's conversations in it
       generate.py small OUT.pcap [--packets N]    the first packets of one conversation

The same arguments give the same bytes.
"""

import argparse
import glob
import os
import random
import struct

LAB = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "examples/lab")
HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
START = 1_700_000_000


def frames(path):
    """Time in seconds and bytes of every frame of an Ethernet pcap file; nothing for other files."""
    with open(path, "rb") as file:
        data = file.read()
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}.get(data[:4])
    if not order or struct.unpack_from(order + "I", data, 20)[0] != 1:
        return []
    found, place = [], 24
    while place + 16 <= len(data):
        seconds, fraction, length, _ = struct.unpack_from(order + "IIII", data, place)
        found.append((seconds + fraction / 1e6, data[place + 16 : place + 16 + length]))
        place += 16 + length
    return found


def shift(checksum, old, new):
    """A checksum after a 16-bit word under it changed (RFC 1624)."""
    total = (~checksum & 0xFFFF) + (~old & 0xFFFF) + new
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


class Template:
    """A frame in which a campus's own number can be written: the second byte pair of 10.20.x.x addresses, and the
    second 16-bit word of IPv6 ones. Checksums are carried along."""

    def __init__(self, time, frame):
        self.time, self.frame = time, bytearray(frame)
        self.words, self.sums = [], []
        if frame[12:14] == b"\x08\x00" and len(frame) >= 34:
            self.words = [place for place in (26, 30) if frame[place] == 10]
            self.sums = [24]
            self.transport(frame[23], 14 + (frame[14] & 15) * 4, frame[20] & 0x3F or frame[21])
        elif frame[12:14] == b"\x86\xdd" and len(frame) >= 54:
            self.words = [place + 2 for place in (22, 38) if frame[place] == 0xFD]
            self.transport(frame[20], 54, 0)

    def transport(self, number, start, fragment):
        place = {6: start + 16, 17: start + 6}.get(number)
        if place and not fragment and place + 2 <= len(self.frame) and any(self.frame[place : place + 2]):
            self.sums.append(place)

    def of(self, campus):
        """The frame of a campus, whose number takes the place of a 16-bit part of every address."""
        frame = bytearray(self.frame)
        for place in self.words:
            old = struct.unpack_from(">H", frame, place)[0]
            # 10.20 becomes 10.0 to 10.255, and the next byte moves by the rest.
            new = self.mixed(old, campus)
            struct.pack_into(">H", frame, place, new)
            for total in self.sums:
                checksum = struct.unpack_from(">H", frame, total)[0]
                struct.pack_into(">H", frame, total, shift(checksum, old, new))
        return frame

    def mixed(self, old, campus):
        return old ^ campus if self.frame[12] == 0x86 else (10 << 8) | ((old & 255) ^ (campus & 255))


def templates(names):
    found = [frames(path) for path in names]
    return [[Template(time - part[0][0], frame) for time, frame in part] for part in found if part]


def write(file, time, frame):
    second = int(time)
    file.write(struct.pack("<IIII", START + second, int((time - second) * 1e6), len(frame), len(frame)) + frame)


def campus(out, packets):
    """Every campus replays every capture with its own /16, beginning at a time of its own, 16 campuses at a time."""
    parts = templates(sorted(glob.glob(os.path.join(LAB, "*.pcap"))))
    one = sum(len(part) for part in parts)
    chance = random.Random(1)
    written, start, number = 0, 0.0, 0
    with open(out, "wb", buffering=1 << 20) as file:
        file.write(HEAD)
        while written < packets:
            wave = []
            for _ in range(16):
                number += 1
                for part in parts:
                    late = chance.random() * 30
                    # A /16 comes again after 256 campuses; the times between tell the conversations apart.
                    wave += [(late + min(t.time, 60), place, t, number) for place, t in enumerate(part)]
            wave.sort(key=lambda item: item[:2])
            for time, _, template, owner in wave:
                write(file, start + time, template.of(owner))
            written += len(wave)
            start += 91
    return written, one


def flood(out, flows):
    """Bare SYNs from everywhere to one server, and one laboratory conversation every 20,000 of them."""
    parts = templates(
        os.path.join(LAB, name)
        for name in ("ssh-on-22-2222-8080.pcap", "ftp-on-21-419-2100.pcap", "http-on-80-8000-31337.pcap")
    )
    chance = random.Random(2)
    talk = sorted(((t.time, place, t) for part in parts for place, t in enumerate(part)), key=lambda item: item[:2])
    syn = bytearray(
        bytes.fromhex("020000000001020000000002080045000028000040004006000000000000cb007107000000500000000000000000")
        + bytes.fromhex("5002ffff00000000")
    )
    written = 0
    # The flood lasts as long as the conversations, and they are spread over it.
    length = talk[-1][0] + 1
    step = length / flows
    place = 0
    with open(out, "wb", buffering=1 << 20) as file:
        file.write(HEAD)
        for number in range(flows):
            time = number * step
            while place < len(talk) and talk[place][0] <= time:
                write(file, talk[place][0], talk[place][2].frame)
                place += 1
                written += 1
            struct.pack_into(">I", syn, 26, 0x0B000000 + chance.getrandbits(26))
            struct.pack_into(">H", syn, 34, 1024 + number % 60000)
            struct.pack_into(">I", syn, 38, number)
            write(file, time, syn)
        for time, _, template in talk[place:]:
            write(file, time, template.frame)
            written += 1
    return written + flows, len(talk)


def small(out, packets):
    with open(out, "wb") as file:
        file.write(HEAD)
        for time, frame in frames(os.path.join(LAB, "ssh-on-22-2222-8080.pcap"))[:packets]:
            write(file, time % 60, frame)
    return packets, packets


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=["campus", "flood", "small"])
    parser.add_argument("out")
    parser.add_argument("--packets", type=int)
    parser.add_argument("--flows", type=int, default=5_000_000)
    options = parser.parse_args()
    os.makedirs(os.path.dirname(os.path.abspath(options.out)), exist_ok=True)
    half = options.out + ".part"
    if options.kind == "campus":
        written, _ = campus(half, options.packets or 2_000_000)
    elif options.kind == "flood":
        written, _ = flood(half, options.flows)
    else:
        written, _ = small(half, options.packets or 10)
    os.rename(half, options.out)
    print(f"{options.out}: {written:,} packets, {os.path.getsize(options.out):,} bytes")


if __name__ == "__main__":
    main()
