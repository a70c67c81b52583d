#!/usr/bin/env python3
"""A tiny server and client of an invented protocol, to write a first plugin for.

Tally counts things. Both speakers send messages: "TLY", a byte for the kind, two bytes for the length of what
follows (network order), and text. The client says who it is (01), the server what it is (81); then the client counts
(02) and gets the new number (82).

usage: tally.py serve ADDRESS PORT NAME      tally.py count ADDRESS PORT WHO WORD...
"""
import socket
import sys


def message(kind, text):
    body = text.encode()
    return b"TLY" + bytes([kind]) + len(body).to_bytes(2, "big") + body


def receive(stream):
    head = stream.read(6)
    if len(head) < 6 or head[:3] != b"TLY":
        return None, ""
    return head[3], stream.read(int.from_bytes(head[4:6], "big")).decode()


def serve(address, port, name):
    counts = {}
    with socket.create_server((address, port)) as server:
        while True:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as stream:
                while True:
                    kind, text = receive(stream)
                    if kind == 1:
                        connection.sendall(message(0x81, f"tallyd/1.4 {name}"))
                    elif kind == 2:
                        counts[text] = counts.get(text, 0) + 1
                        connection.sendall(message(0x82, f"{text}={counts[text]}"))
                    else:
                        break


def count(address, port, who, words):
    with socket.create_connection((address, port)) as connection, connection.makefile("rb") as stream:
        connection.sendall(message(1, who))
        print(receive(stream)[1])
        for word in words:
            connection.sendall(message(2, word))
            print(receive(stream)[1])


if __name__ == "__main__":
    what, address, port, name = sys.argv[1:5]
    if what == "serve":
        serve(address, int(port), name)
    else:
        count(address, int(port), name, sys.argv[5:])
