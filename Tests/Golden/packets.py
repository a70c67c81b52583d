"""Packets for the captures of this folder: conversations in, frames out.

Checksums are right, times and numbers follow from the order of calls alone:
the same script writes the same bytes.
"""

import gzip
import ipaddress
import pathlib
import struct

SYN, FIN, RST, PSH, ACK = 2, 1, 4, 8, 16
FOLDER = pathlib.Path(__file__).parent


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return ipaddress.ip_address(address).packed


def with_checksum(source, target, protocol, segment, at):
    """The segment with its checksum over the pseudo header filled in at `at`."""
    source, target = packed(source), packed(target)
    if len(source) == 4:
        pseudo = source + target + struct.pack(">BBH", 0, protocol, len(segment))
    else:
        pseudo = source + target + struct.pack(">II", len(segment), protocol)
    value = checksum(pseudo + segment)
    if value == 0 and protocol == 17:
        value = 0xFFFF
    return segment[:at] + struct.pack(">H", value) + segment[at + 2:]


def ip(source, target, protocol, payload, *, ident=0, fragment=0x4000):
    """An IPv4 or IPv6 packet; `fragment` is IPv4's flags and offset."""
    source, target = packed(source), packed(target)
    if len(source) == 16:
        return struct.pack(">IHBB", 0x60000000, len(payload), protocol, 64) + source + target + payload
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, fragment, 64, protocol, 0,
                         source, target)
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + payload


def udp(source, target, payload):
    """A datagram between two (address, port) pairs, as an IP packet."""
    header = struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0)
    return ip(source[0], target[0], 17, with_checksum(source[0], target[0], 17, header + payload, 6))


def tcp(source, target, sequence, acknowledged, flags, payload=b"", window=64240):
    """A segment between two (address, port) pairs, as an IP packet."""
    header = struct.pack(">HHIIBBHHH", source[1], target[1], sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF,
                         0x50, flags, window, 0, 0)
    return ip(source[0], target[0], 6, with_checksum(source[0], target[0], 6, header + payload, 16))


def mac(address):
    return b"\x02\x00" + packed(address)[-4:]


def ethernet(packet, *, tags=()):
    """An Ethernet frame around an IP packet; `tags` are (type, VLAN) from the outside."""
    is_v6 = packet[0] >> 4 == 6
    source, target = (packet[8:24], packet[24:40]) if is_v6 else (packet[12:16], packet[16:20])
    kind = 0x86DD if is_v6 else 0x0800
    header = b"\x02\x00" + target[-4:] + b"\x02\x00" + source[-4:]
    for tag, vlan in tags:
        header += struct.pack(">HH", tag, vlan)
    return header + struct.pack(">H", kind) + packet


def fragments(packet, size, ident):
    """An IP packet cut into pieces of `size` bytes of payload (a multiple of eight)."""
    if packet[0] >> 4 == 4:
        source, target = ".".join(map(str, packet[12:16])), ".".join(map(str, packet[16:20]))
        body = packet[20:]
        return [ip(source, target, packet[9], body[at:at + size], ident=ident,
                   fragment=at // 8 | (0x2000 if at + size < len(body) else 0))
                for at in range(0, len(body), size)]
    source, target = ipaddress.ip_address(packet[8:24]), ipaddress.ip_address(packet[24:40])
    body = packet[40:]
    return [ip(source, target, 44, struct.pack(">BBHI", packet[6], 0, at | (at + size < len(body)), ident)
               + body[at:at + size])
            for at in range(0, len(body), size)]


class Capture:
    """Frames in order of time, a millisecond apart."""

    def __init__(self, name, *, wrap=ethernet, link=1, snapshot=262144):
        self.name, self.wrap, self.link, self.snapshot = name, wrap, link, snapshot
        self.milliseconds = 1_709_283_600_000       # 2024-03-01 09:00:00 UTC
        self.frames = []

    def wait(self, seconds):
        self.milliseconds += round(seconds * 1000)

    def add(self, packet):
        """An IP packet, wrapped as all of this capture are."""
        self.frame(self.wrap(packet))

    def frame(self, frame):
        self.milliseconds += 1
        self.frames.append((self.milliseconds, frame))

    def reorder(self, places):
        """The last frames in another order, at the times that they had."""
        last = self.frames[-len(places):]
        self.frames[-len(places):] = [(last[to][0], last[place][1]) for to, place in enumerate(places)]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            return
        data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, self.snapshot, self.link)
        for time, frame in self.frames:
            kept = frame[:self.snapshot]
            data += struct.pack("<IIII", time // 1000, time % 1000 * 1000, len(kept), len(frame)) + kept
        path = FOLDER / self.name
        if path.suffix == ".gz":
            data = gzip.compress(data, mtime=0)
        path.write_bytes(data)


class Connection:
    """A TCP connection whose segments go to a capture, acknowledged or not."""

    def __init__(self, capture, client, server, *, starts=(1000, 5000), handshake=True):
        self.capture, self.client, self.server = capture, client, server
        self.next = {client: starts[0], server: starts[1]}
        if handshake:
            self.syn()
            self.syn_ack()
            self.send(client, b"", flags=ACK)
        else:
            self.next = {client: starts[0] + 1, server: starts[1] + 1}

    def peer(self, speaker):
        return self.server if speaker == self.client else self.client

    def syn(self, payload=b""):
        self.raw(self.client, self.next[self.client], SYN, payload, acknowledged=0)
        self.next[self.client] += 1 + len(payload)

    def syn_ack(self):
        self.raw(self.server, self.next[self.server], SYN | ACK)
        self.next[self.server] += 1

    def raw(self, speaker, sequence, flags, payload=b"", acknowledged=None):
        if acknowledged is None:
            acknowledged = self.next[self.peer(speaker)]
        self.capture.add(tcp(speaker, self.peer(speaker), sequence, acknowledged, flags, payload))

    def send(self, speaker, payload, flags=PSH | ACK):
        self.raw(speaker, self.next[speaker], flags, payload)
        self.next[speaker] += len(payload)

    def says(self, *lines):
        """Lines of "C: text" and "S: text"; CR LF is added."""
        for line in lines:
            speaker = self.client if line[0] == "C" else self.server
            self.send(speaker, line[3:].encode() + b"\r\n")
        return self

    def close(self):
        self.raw(self.client, self.next[self.client], FIN | ACK)
        self.next[self.client] += 1
        self.raw(self.server, self.next[self.server], FIN | ACK)
        self.next[self.server] += 1
        self.raw(self.client, self.next[self.client], ACK)
        return self

    def reset(self, speaker):
        self.raw(speaker, self.next[speaker], RST | ACK)
