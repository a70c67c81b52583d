#!/usr/bin/env python3
"""Makes captures to measure with, from the laboratory's captures; needs the standard library only.

usage: generate.py campus OUT.pcap [--packets N]   the laboratory, replayed by many campuses at a time
       generate.py flood OUT.pcap [--flows N]      a SYN flood with some of the laboratory's conversations in it
       generate.py sessions OUT.pcap [--sessions N] [--hosts N]
                                                   a month of short conversations, for the store
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


PORTS = {22: b"SSH-2.0-OpenSSH_9.6\r\n", 80: b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n"}
ASKED = (0x0AC80001, 49152)  # 10.200.0.1: an FTP server on a port of its own, used by many


def record(client, server, ports, flags, said, seconds, microseconds):
    """A pcap record of one TCP segment; big-endian parts are packed apart."""
    total = 40 + len(said)
    return (
        struct.pack("<IIII", seconds, microseconds, 14 + total, 14 + total)
        + b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0"
        + struct.pack(">BBHHHBBHII", 0x45, 0, total, 0, 0, 64, 6, 0, client, server)
        + struct.pack(">HHIIBBHHH", ports[0], ports[1], flags[1], flags[2], 0x50, flags[0], 65535, 0, 0)
        + said
    )


def session(kind, client, server, port, number, seconds, microseconds):
    """The records of one short conversation."""
    here, there = (49152 + number % 16384, port), (port, 49152 + number % 16384)
    parts = [record(client, server, here, (0x02, 100, 0), b"", seconds, microseconds)]
    if kind == "refused":
        parts.append(record(server, client, there, (0x14, 0, 101), b"", seconds, microseconds + 1))
    elif kind == "held":
        asked = {22: b"SSH-2.0-PuTTY_0.80\r\n", 80: b"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: curl/8\r\n\r\n"}
        first, answer = asked.get(port, b"\x01\x99hello"), PORTS.get(port, b"\x01\x98there")
        if (server, port) == ASKED:
            first, answer = b"USER ada\r\n", b"220 Welcome to the drop\r\n"
        parts.append(record(server, client, there, (0x12, 200, 101), b"", seconds, microseconds + 1))
        parts.append(record(server, client, there, (0x18, 201, 101), answer, seconds, microseconds + 2))
        parts.append(record(client, server, here, (0x18, 101, 201 + len(answer)), first, seconds, microseconds + 3))
    return b"".join(parts)


def sessions(out, count, hosts):
    """A month of sessions between hosts: few servers have many clients, many have few; each client has its habits."""
    chance = random.Random(7)
    clients, servers = [0x0A000000 + n for n in range(hosts * 3 // 5)], [0x0A640000 + n for n in range(hosts * 2 // 5)]
    step = 30 * 86400 * 1_000_000 // count
    out.write(HEAD)
    parts, packets = [], 0
    for number in range(count):
        client = clients[int(len(clients) * chance.random())]
        if number % 200 == 0:
            client, (server, port), kind = clients[number // 200 % 2000], ASKED, "held"
        else:
            # Everybody has some twenty servers, and half of all sessions go to a hundredth of all servers.
            habit = (client * 2654435761 + int(20 * chance.random()) * 40503) % 2**32 / 2**32
            server = servers[int((0.01 if habit < 0.5 else 1) * len(servers) * (habit * 2 % 1))]
            port = (22, 80, 80, 5000 + server % 60)[server & 3]
            kind = chance.choices(("held", "silent", "refused"), (80, 15, 5))[0]
        time = number * step
        packets += {"held": 4, "refused": 2, "silent": 1}[kind]
        parts.append(session(kind, client, server, port, number, START + time // 1_000_000, time % 1_000_000))
        if len(parts) == 4096:
            out.write(b"".join(parts))
            parts = []
    out.write(b"".join(parts))
    return packets


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=["campus", "flood", "sessions", "small"])
    parser.add_argument("out")
    parser.add_argument("--packets", type=int)
    parser.add_argument("--flows", type=int, default=5_000_000)
    parser.add_argument("--sessions", type=int, default=10_000_000)
    parser.add_argument("--hosts", type=int, default=100_000)
    options = parser.parse_args()
    os.makedirs(os.path.dirname(os.path.abspath(options.out)), exist_ok=True)
    half = options.out + ".part"
    if options.kind == "campus":
        written, _ = campus(half, options.packets or 2_000_000)
    elif options.kind == "flood":
        written, _ = flood(half, options.flows)
    elif options.kind == "sessions":
        with open(half, "wb") as out:
            written = sessions(out, options.sessions, options.hosts)
    else:
        written, _ = small(half, options.packets or 10)
    os.rename(half, options.out)
    print(f"{options.out}: {written:,} packets, {os.path.getsize(options.out):,} bytes")


if __name__ == "__main__":
    main()
