#!/usr/bin/env python3
"""Makes the first inputs of the fuzz targets from the laboratory's captures and the core plugins.

usage: Fuzz/seeds.py    (writes below Fuzz/corpus; what is there already stays)
"""

import glob
import gzip
import hashlib
import os
import struct

# The order of `LinkType.supported`; an input names a link type by its place in it.
LINK_TYPES = [0, 1, 6, 9, 10, 12, 14, 50, 51, 101, 104, 105, 108, 113, 127, 192, 228, 229, 239, 274, 276]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LAB = os.path.join(ROOT, "examples/lab")


def write(target, data):
    folder = os.path.join(ROOT, "Fuzz/corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, hashlib.sha1(data).hexdigest()), "wb") as file:
        file.write(data)


def records(path):
    """Byte order, file header and records (header, frame) of a pcap file."""
    with open(path, "rb") as file:
        data = file.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    found, place = [], 24
    while place + 16 <= len(data):
        length = struct.unpack_from(order + "I", data, place + 8)[0]
        found.append((data[place : place + 16], data[place + 16 : place + 16 + length]))
        place += 16 + length
    return order, data[:24], found


def payload(frame):
    """The two ends and the payload of a TCP segment in IPv4 in Ethernet; None for anything else."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return None
    tcp = 14 + (frame[14] & 15) * 4
    end = 14 + struct.unpack_from(">H", frame, 16)[0]
    source, destination = frame[26:30] + frame[tcp : tcp + 2], frame[30:34] + frame[tcp + 2 : tcp + 4]
    return source, destination, frame[tcp + (frame[tcp + 12] >> 4) * 4 : end]


def captures():
    carriers = sorted(glob.glob(os.path.join(LAB, "carriers/*.pcap")))
    for path in carriers + sorted(glob.glob(os.path.join(LAB, "*.pcap"))):
        order, head, frames = records(path)
        link = LINK_TYPES.index(struct.unpack_from(order + "I", head, 20)[0] & 0xFFFF)
        few = frames[:6] if "carriers" in path else frames[:24:4]
        for _, frame in few[:3] if "carriers" in path else few:
            write("frames", bytes([link]) + frame[:512])
        whole = head
        for record, frame in frames[:12]:
            if len(whole) + 16 + len(frame) > 2500:
                break
            whole += record + frame
        if path.endswith("campus.pcap"):
            continue
        write("pipeline", whole)
        if "carriers" in path:
            write("captures", b"\0\x08" + whole[:600])
    with open(os.path.join(LAB, "carriers/ssh-plain.pcapng"), "rb") as file:
        pcapng = file.read()[:1500]
    for data in (pcapng, gzip.compress(whole, mtime=0), gzip.compress(pcapng, mtime=0)):
        write("captures", b"\0\x10" + data)
        write("captures", b"\1\x01" + data)
        write("pipeline", data)


def streams():
    for path in sorted(glob.glob(os.path.join(LAB, "*.pcap"))):
        if path.endswith("campus.pcap"):
            continue
        talks = {}
        for _, frame in records(path)[2]:
            part = payload(frame)
            if not part:
                continue
            source, destination, words = part
            sides = talks.setdefault(frozenset((source, destination)), {})
            sides[source] = sides.get(source, b"") + words
            sides.setdefault(destination, b"")
        for talk in list(talks.values())[:6]:
            # A lower port is the server's.
            (server, said), (_, asked) = sorted(talk.items(), key=lambda side: side[0][4:])[:2]
            asked, said = asked[:300], said[:300]
            share = -(-len(asked) * 255 // max(1, len(asked) + len(said)))
            write("streams", bytes([len(said) & 4, server[5] % 14, 7, len(asked) & 255, min(share, 255)]) + asked + said)


def plugins():
    for path in sorted(glob.glob(os.path.join(ROOT, "plugins/core/plugins/*/*.lua"))):
        with open(path, "rb") as file:
            text = file.read()
        if len(text) < 1300 or "http.lua" in path or "tls.lua" in path:
            write("plugins", text)
    for path in [os.path.join(LAB, "ariel.lua"), os.path.join(ROOT, "plugins/library/allowances/ariel.lua")]:
        with open(path, "rb") as file:
            write("plugins", file.read())
    write("plugins", b"while true do end")
    write("plugins", b"local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(i) end")


def imports():
    """The beginnings of the samples of imports; datagrams with their lengths."""
    samples = os.path.join(ROOT, "Tests/ImportsTests/Samples")
    kinds = {"nmap": "nmap-*.xml", "nessus": "*.nessus", "zeek": "zeek-*", "eve": "eve.json", "syslog": "*.log"}
    for target, pattern in kinds.items():
        for path in sorted(glob.glob(os.path.join(samples, pattern))):
            with open(path, "rb") as file:
                data = file.read()
            if target != "syslog" or "zeek" not in path:
                write(target, data[:4000] if target == "nmap" or target == "nessus" else data[:1500])
    for path in sorted(glob.glob(os.path.join(ROOT, "plugins/logs/plugins/*.lua"))):
        with open(path, "rb") as file:
            lines = [line.split(b"line = [[")[1] for line in file.read().split(b"\n") if b"line = [[" in line]
        write("syslog", b"\n".join(b"<13>Nov 25 11:00:08 " + line.split(b"]],")[0] for line in lines))
    for path in sorted(glob.glob(os.path.join(samples, "netflow-*.pcap"))):
        whole = b""
        for _, frame in records(path)[2]:
            datagram = frame[42:]
            if len(whole) + len(datagram) < 4000:
                whole += struct.pack(">H", len(datagram)) + datagram
        write("netflow", whole)


captures()
streams()
plugins()
imports()
