#!/usr/bin/env python3
"""Rewrites an Ethernet capture so that its IP packets travel another way.

    reshape.py SHAPE FROM.pcap TO.pcap

For carriers that the kernel of a recording machine may not offer.  Payloads,
times and the inner packets stay as they were recorded; packets that are not
IP are left out.  Reads what tcpdump writes: little-endian, microseconds.
"""

import itertools
import struct
import sys

identifiers = itertools.count(1)
CLIENT, SERVER = bytes((192, 0, 2, 34)), bytes((192, 0, 2, 1))


def checksum(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip_header(protocol, source, target, length, *, ident=0, flags=0x4000):
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + length, ident, flags,
                         64, protocol, 0, source, target)
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:]


def tunnel(frame, protocol, payload, ether_type=b"\x08\x00"):
    """An outer IPv4 packet; lower MAC address 02:..:10 is the server."""
    from_server = frame[11] == 0x10
    source, target = (SERVER, CLIENT) if from_server else (CLIENT, SERVER)
    return (frame[:12] + ether_type
            + ip_header(protocol, source, target, len(payload)) + payload)


def vlan(frame):
    return [frame[:12] + b"\x81\x00\x00\x14" + frame[12:]]


def qinq(frame):
    return [frame[:12] + b"\x88\xa8\x00\xc8\x81\x00\x00\x14" + frame[12:]]


def gre(frame):
    return [tunnel(frame, 47, b"\x00\x00" + frame[12:14] + frame[14:])]


def gretap(frame):
    """Ethernet in GRE, with a key."""
    return [tunnel(frame, 47, b"\x20\x00\x65\x58\x00\x00\x00\x14" + frame)]


def ipip(frame):
    return [tunnel(frame, 4, frame[14:])]


def sit(frame):
    return [tunnel(frame, 41, frame[14:])]


def mpls(frame):
    """Two labels, 1000 and 20, the second at the bottom of the stack."""
    labels = struct.pack(">II", 1000 << 12 | 64, 20 << 12 | 1 << 8 | 64)
    return [frame[:12] + b"\x88\x47" + labels + frame[14:]]


def pppoe(frame):
    packet = b"\x00\x21" + frame[14:]
    header = struct.pack(">BBHH", 0x11, 0, 0x0014, len(packet))
    return [frame[:12] + b"\x88\x64" + header + packet]


def raw(frame):
    return [frame[14:]]


def bigendian(frame):
    return [frame]


def fragments(frame, step=256):
    """IPv4 fragments of 256 bytes, those of one packet in reverse order."""
    total = struct.unpack(">H", frame[16:18])[0]
    payload = frame[34:14 + total]
    ident = next(identifiers)
    result = []
    for start in range(0, len(payload), step):
        piece = payload[start:start + step]
        more = 0x2000 if start + step < len(payload) else 0
        header = ip_header(frame[23], frame[26:30], frame[30:34], len(piece),
                           ident=ident, flags=more | start >> 3)
        result.insert(0, frame[:14] + header + piece)
    return result


def main():
    shape, source, target = sys.argv[1:]
    change = globals()[shape]
    link_type = 101 if shape == "raw" else 1
    order = ">" if shape == "bigendian" else "<"
    with open(source, "rb") as stream:
        data = stream.read()
    if data[:4] != b"\xd4\xc3\xb2\xa1":
        sys.exit(f"{source}: not a little-endian capture in microseconds")
    out = struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144,
                      link_type)
    place = 24
    while place < len(data):
        seconds, micros, kept, length = struct.unpack_from("<IIII", data, place)
        frame = data[place + 16:place + 16 + kept]
        place += 16 + kept
        if frame[12:14] not in (b"\x08\x00", b"\x86\xdd"):
            continue
        if frame[14] >> 4 == 6 and frame[20] == 58:
            continue
        for packet in change(frame):
            out += struct.pack(order + "IIII", seconds, micros, len(packet),
                               len(packet)) + packet
    with open(target, "wb") as stream:
        stream.write(out)


if __name__ == "__main__":
    main()
