"""Opens IKE exchanges with a server: IKE_SA_INIT (RFC 7296) and main mode (RFC 2409).

    ike.py HOST PORT
"""

import os
import socket
import struct
import sys


def payload(following, body):
    return struct.pack(">BxH", following, 4 + len(body)) + body


def message(first, version, exchange, flags, body):
    header = os.urandom(8) + bytes(8)
    return header + struct.pack(">BBBBII", first, version, exchange, flags, 0, 28 + len(body)) + body


def transform(last, kind, number, attributes=b""):
    return struct.pack(">BxHBxH", 0 if last else 3, 8 + len(attributes), kind, number) + attributes


def sa_init():
    transforms = (transform(False, 1, 12, struct.pack(">HH", 0x800E, 128)) + transform(False, 2, 5)
                  + transform(False, 3, 12) + transform(True, 4, 14))
    proposal = struct.pack(">BxHBBBB", 0, 8 + len(transforms), 1, 1, 0, 4) + transforms
    exchange = struct.pack(">HH", 14, 0) + b"\1" + os.urandom(255)
    return message(33, 0x20, 34, 0x08,
                   payload(34, proposal) + payload(40, exchange) + payload(0, os.urandom(32)))


def main_mode():
    values = [(1, 7), (14, 128), (2, 4), (3, 1), (4, 14), (11, 1), (12, 28800)]
    attributes = b"".join(struct.pack(">HH", 0x8000 | name, value) for name, value in values)
    one = struct.pack(">BxHBBxx", 0, 8 + len(attributes), 1, 1) + attributes
    proposal = struct.pack(">BxHBBBB", 0, 8 + len(one), 1, 1, 0, 1) + one
    return message(1, 0x10, 2, 0, payload(0, struct.pack(">II", 1, 1) + proposal))


for packet in (sa_init(), main_mode()):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(3)
        s.sendto(packet, (sys.argv[1], int(sys.argv[2])))
        print(s.recv(4096)[:28].hex())
