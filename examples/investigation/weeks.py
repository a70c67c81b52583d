#!/usr/bin/env python3
"""Makes three weeks of traffic of a small site, with something planted in it: one capture a week.

Nothing is recorded: every byte is written here, after RFC 959 (FTP), 1035 (DNS), 1459 (IRC), 4253 (SSH), 5321 (SMTP) and
9110 (HTTP). The same call always makes the same bytes.

usage: weeks.py FOLDER          writes FOLDER/week-1.pcap, week-2.pcap and week-3.pcap

The site is 10.40.0.0/16. From 2026-11-02 on people work from eight to five: the web, DNS, mail, SSH, and an FTP server
on its port. On the 10th somebody outside tries a port of a workstation, 10.40.3.77; that evening an FTP server answers
there, on 49152. It is used, from outside and from inside, and whoever used it goes on elsewhere.
"""
import os
import random
import struct
import sys
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address

DROP, SECOND = "10.40.3.77", "10.40.3.78"
VISITOR, COURIER, RELAY = "198.51.100.23", "203.0.113.140", "203.0.113.66"
WEB, NAMES, MAIL, SHELL, FILES, BACKUP = (f"10.40.1.{n}" for n in (10, 53, 25, 20, 30, 40))
PEOPLE = [f"10.40.2.{n}" for n in range(11, 27)]
BEGIN = datetime(2026, 11, 2, tzinfo=timezone.utc)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Weeks:
    """Frames with their times, in whatever order they are made."""

    def __init__(self):
        self.frames = []
        self.dice = random.Random(49152)
        self.number = 0

    def frame(self, time, source, target, protocol, segment, place):
        """An Ethernet frame with an IPv4 packet; `place` is where the checksum of the segment stands."""
        ends = IPv4Address(source).packed, IPv4Address(target).packed
        pseudo = ends[0] + ends[1] + struct.pack(">BBH", 0, protocol, len(segment))
        segment = segment[:place] + struct.pack(">H", checksum(pseudo + segment) or 0xFFFF) + segment[place + 2:]
        self.number = (self.number + 1) & 0xFFFF
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), self.number, 0x4000, 62, protocol, 0)
        head += ends[0] + ends[1]
        head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
        macs = b"".join(b"\x02\x00" + end for end in reversed(ends))
        self.frames.append((time, macs + b"\x08\x00" + head + segment))

    def port(self):
        return self.dice.randrange(32768, 49000)

    def udp(self, time, client, server, port, question, answer):
        own = self.port()
        for source, target, ports, body, late in (
            (client, server, (own, port), question, 0), (server, client, (port, own), answer, 0.004),
        ):
            head = struct.pack(">HHHH", *ports, 8 + len(body), 0)
            self.frame(time + timedelta(seconds=late), source, target, 17, head + body, 6)

    def tcp(self, time, client, server, port, words, lasts=2.0, own=None):
        """A conversation: `words` are ('c', bytes) and ('s', bytes) in their order; None is an attempt that is refused.

        Returns when it ends.
        """
        own = own or self.port()
        sent = {"c": self.dice.randrange(1 << 32), "s": self.dice.randrange(1 << 32)}

        def say(speaker, flags, body=b""):
            nonlocal time
            other = "s" if speaker == "c" else "c"
            ends, ports = ((client, server), (own, port)) if speaker == "c" else ((server, client), (port, own))
            head = struct.pack(
                ">HHIIBBHHH", *ports, sent[speaker], sent[other] if flags & 0x10 else 0, 0x50, flags, 64240, 0, 0)
            self.frame(time, *ends, 6, head + body, 16)
            sent[speaker] = (sent[speaker] + len(body) + (1 if flags & 3 else 0)) & 0xFFFFFFFF
            time += timedelta(microseconds=700)

        say("c", 0x02)
        if words is None:
            say("s", 0x14)
            return time
        say("s", 0x12)
        say("c", 0x10)
        pause = timedelta(seconds=lasts / max(1, len(words)))
        for speaker, body in words:
            for start in range(0, len(body), 1400):
                say(speaker, 0x18, body[start:start + 1400])
            time += pause
        say("c", 0x11)
        say("s", 0x11)
        say("c", 0x10)
        return time

    # What is said.

    def web(self, time, client, server=WEB, port=80, host="intranet.example.org", size=2400):
        page = b"<!doctype html><title>Notices</title>" + b"." * size
        self.tcp(time, client, server, port, [
            ("c", f"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n".encode()),
            ("s", f"HTTP/1.1 200 OK\r\nServer: nginx/1.26.2\r\nContent-Length: {len(page)}\r\n\r\n".encode() + page),
        ])

    def dns(self, time, client, name="intranet.example.org"):
        asked = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0\0\1\0\1"
        number = struct.pack(">H", self.dice.randrange(1 << 16))
        answer = b"\xc0\x0c\0\1\0\1" + struct.pack(">IH", 300, 4) + IPv4Address(WEB).packed
        self.udp(
            time, client, NAMES, 53, number + b"\1\0\0\1\0\0\0\0\0\0" + asked,
            number + b"\x81\x80\0\1\0\1\0\0\0\0" + asked + answer)

    def mail(self, time, client):
        self.tcp(time, client, MAIL, 25, [
            ("s", b"220 mail.example.org ESMTP Postfix\r\n"), ("c", b"EHLO desk.example.org\r\n"),
            ("s", b"250-mail.example.org\r\n250 SIZE 10240000\r\n"), ("c", b"MAIL FROM:<a@example.org>\r\n"),
            ("s", b"250 2.1.0 Ok\r\n"), ("c", b"QUIT\r\n"), ("s", b"221 2.0.0 Bye\r\n"),
        ])

    def ssh(self, time, client, server, port=22, says="OpenSSH_9.6", own="OpenSSH_9.2p1", size=3000):
        noise = self.dice.randbytes(size)
        self.tcp(time, client, server, port, [
            ("s", f"SSH-2.0-{says}\r\n".encode()), ("c", f"SSH-2.0-{own}\r\n".encode()),
            ("c", struct.pack(">IBB", 1020, 4, 20) + self.dice.randbytes(1018)), ("s", noise),
        ], lasts=240)

    def irc(self, time, client, server):
        self.tcp(time, client, server, 6667, [
            ("c", b"NICK box77\r\nUSER box77 0 * :box77\r\n"),
            ("s", b":relay.example.net 001 box77 :Welcome to the network box77\r\n"),
            ("c", b"JOIN #drop\r\n"), ("s", b":box77 JOIN #drop\r\n"),
        ], lasts=240)

    def ftp(self, time, client, server=FILES, port=21, hello="220 (vsFTPd 3.0.5)", size=4000, upload=False):
        """A session with one file, over a data connection that the server announces."""
        data = self.dice.randrange(50000, 60000)
        place = server.replace(".", ",") + f",{data >> 8},{data & 255}"
        verb = "STOR" if upload else "RETR"
        self.tcp(time, client, server, port, [
            ("s", f"{hello}\r\n".encode()), ("c", b"USER guest\r\n"), ("s", b"331 Please specify the password.\r\n"),
            ("c", b"PASS guest\r\n"), ("s", b"230 Login successful.\r\n"), ("c", b"PASV\r\n"),
            ("s", f"227 Entering Passive Mode ({place}).\r\n".encode()), ("c", f"{verb} parcel.bin\r\n".encode()),
            ("s", b"150 Opening BINARY mode data connection.\r\n"), ("s", b"226 Transfer complete.\r\n"),
            ("c", b"QUIT\r\n"), ("s", b"221 Goodbye.\r\n"),
        ], lasts=30)
        # While the server says 150.
        self.tcp(
            time + timedelta(seconds=22), client, server, data,
            [("c" if upload else "s", self.dice.randbytes(size))], lasts=1)

    # What happens.

    def workday(self, day):
        """People at work; who is where, and when, the dice say."""
        for person in PEOPLE:
            for _ in range(self.dice.randrange(4, 9)):
                time = day + timedelta(seconds=self.dice.randrange(8 * 3600, 17 * 3600))
                self.dns(time, person)
                self.web(time + timedelta(seconds=0.02), person)
            if self.dice.random() < 0.5:
                self.mail(day + timedelta(seconds=self.dice.randrange(9 * 3600, 17 * 3600)), person)
            if self.dice.random() < 0.15:
                self.ftp(day + timedelta(seconds=self.dice.randrange(9 * 3600, 16 * 3600)), person)
        for admin in PEOPLE[:2]:
            self.ssh(day + timedelta(seconds=self.dice.randrange(9 * 3600, 16 * 3600)), admin, SHELL)

    def everyday(self, day):
        self.ssh(day + timedelta(hours=1, seconds=self.dice.randrange(600)), BACKUP, SHELL, own="OpenSSH_9.6")
        self.web(day + timedelta(hours=4), "198.51.100.80", host="www.example.org")

    def planted(self):
        def at(day, hour, minute, second=0):
            return BEGIN + timedelta(days=day - 2, hours=hour, minutes=minute, seconds=second)

        def drop(time, client, **more):
            # From the 17th on it is another program.
            hello = "220 (vsFTPd 3.0.5)" if time < at(17, 12, 0) else "220 Pure-FTPd 1.0.51 ready."
            self.ftp(time, client, DROP, 49152, hello=hello, **more)

        # It is tried, from outside, before there is anything.
        for minute in (4, 5, 9, 31):
            self.tcp(at(10, 2, minute), VISITOR, DROP, 49152, None)
        # That evening somebody logs in from inside, and then it answers.
        self.ssh(at(10, 21, 2), "10.40.2.19", DROP, says="OpenSSH_9.2p1")
        drop(at(10, 21, 40), "10.40.2.19", upload=True, size=60_000)
        drop(at(10, 22, 13, 20), VISITOR, size=60_000)
        # It reports elsewhere, and somebody comes every other night.
        self.irc(at(10, 22, 20), DROP, RELAY)
        for day in (12, 14, 16, 18, 20, 22):
            drop(at(day, 3, 10 + day), COURIER, size=120_000)
        for day, hour, person in ((11, 10, 0), (12, 15, 4), (13, 9, 0), (17, 14, 8), (19, 11, 4), (20, 16, 12)):
            drop(at(day, hour, 7 + day), PEOPLE[person], upload=True, size=20_000 + 1000 * day)
        # Where they went next.
        self.ssh(at(10, 23, 5), VISITOR, SHELL, own="libssh_0.10.6")
        self.ssh(at(12, 15, 40), PEOPLE[4], BACKUP, port=2222, says="OpenSSH_9.6")
        self.ssh(at(14, 4, 2), COURIER, BACKUP, port=2222, says="OpenSSH_9.6", own="libssh_0.10.6", size=90_000)
        self.ssh(at(15, 2, 30), DROP, FILES, says="OpenSSH_9.6")
        self.web(at(16, 2, 44), DROP, server="203.0.113.200", port=8000, host="203.0.113.200", size=40_000)
        for minute in (15, 16):
            self.tcp(at(20, 17, minute), PEOPLE[12], "10.40.1.99", 445, None)
        # A second one, on the last day but one.
        self.ftp(at(21, 23, 50), COURIER, SECOND, 2121, hello="220 Pure-FTPd 1.0.51 ready.", size=9000)

    def write(self, folder):
        self.frames.sort(key=lambda frame: frame[0])
        for week in range(3):
            begin = BEGIN + timedelta(days=7 * week)
            with open(f"{folder}/week-{week + 1}.pcap", "wb") as file:
                file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
                for time, frame in self.frames:
                    if begin <= time < begin + timedelta(days=7):
                        since = time - datetime(1970, 1, 1, tzinfo=timezone.utc)
                        file.write(struct.pack(
                            "<IIII", since.days * 86400 + since.seconds, since.microseconds, len(frame), len(frame)))
                        file.write(frame)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    weeks = Weeks()
    for day in range(21):
        date = BEGIN + timedelta(days=day)
        weeks.everyday(date)
        if date.weekday() < 5:
            weeks.workday(date)
    weeks.planted()
    os.makedirs(sys.argv[1], exist_ok=True)
    weeks.write(sys.argv[1])


if __name__ == "__main__":
    main()
