#!/usr/bin/env python3
"""Writes the captures of this folder: python3 make.py

Each is a situation that its name tells; what Offport makes of it stands in
the text of the same name, with why that is right. All contents are invented.
Needs nothing beyond Python; captures of real servers are in examples/lab.
"""

import struct

from packets import (ACK, FIN, PSH, RST, SYN, Capture, Connection, checksum, ethernet, fragments, ip, packed, tcp, udp)

CLIENT, OTHER, SERVER = "10.0.0.9", "10.0.0.23", "10.0.0.5"
CLIENT6, SERVER6 = "2001:db8::9", "2001:db8::5"

SSH = ("S: SSH-2.0-OpenSSH_9.6p1 Ubuntu-3", "C: SSH-2.0-OpenSSH_8.9")
FTP = ("S: 220 (vsFTPd 3.0.3)", "C: USER anonymous", "S: 331 Please specify the password.",
       "C: PASS guest", "S: 230 Login successful.")
SMTP = ("S: 220 mail.example.org ESMTP Postfix", "C: EHLO desk.example.org", "S: 250-mail.example.org",
        "S: 250 SIZE 10240000", "C: QUIT", "S: 221 2.0.0 Bye")
GET = "GET / HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n"
PAGE = "HTTP/1.1 200 OK\r\nServer: nginx/1.24.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhel"
HTTP = ("C: " + GET, "S: " + PAGE)
QUERY = bytes.fromhex("1a2b01000001000000000000") + b"\3www\7example\3org\0\0\1\0\1"
ANSWER = (bytes.fromhex("1a2b81800001000100000000") + b"\3www\7example\3org\0\0\1\0\1"
          + bytes.fromhex("c00c00010001000001f40004c6336407"))

SIP_REQUEST = (
    b"OPTIONS sip:desk@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:50000;branch=z9hG4bK1\r\n"
    b"From: <sip:a@example.org>;tag=1\r\nTo: <sip:desk@example.org>\r\nCall-ID: 1@10.0.0.9\r\nCSeq: 1 OPTIONS\r\n"
    b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
SIP_ANSWER = (
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.9:50000;branch=z9hG4bK1\r\nFrom: <sip:a@example.org>;tag=1\r\n"
    b"To: <sip:desk@example.org>;tag=2\r\nCall-ID: 1@10.0.0.9\r\nCSeq: 1 OPTIONS\r\nServer: Asterisk PBX 20.5.0\r\n"
    b"Content-Length: 0\r\n\r\n")


def session(capture, lines, server_port, *, client=CLIENT, client_port=49152, server=SERVER, **options):
    return Connection(capture, (client, client_port), (server, server_port), **options).says(*lines)


# Off their port, and not

def ports():
    with Capture("a1-off-port.pcap") as capture:
        session(capture, SSH, 2222).close()
        session(capture, HTTP, 8000).close()
        session(capture, FTP, 2100).close()
        session(capture, HTTP, 8080, client_port=49153).close()
    with Capture("a1-at-home.pcap") as capture:
        session(capture, SSH, 22).close()
        session(capture, HTTP, 80).close()
        session(capture, FTP, 21).close()
    with Capture("http-on-22.pcap") as capture:
        session(capture, HTTP, 22).close()
    with Capture("ssh-on-443.pcap") as capture:
        session(capture, SSH, 443).close()
        session(capture, SSH, 8080, client_port=49153).close()
        session(capture, SSH, 8080, client=OTHER).close()
    with Capture("ssh-on-47111.pcap") as capture:
        session(capture, SSH, 47111).close()
    with Capture("directions.pcap") as capture:
        session(capture, SSH, 4022).close()
        session(capture, SSH, 4022, client="203.0.113.7").close()
        session(capture, SSH, 4022, server="198.51.100.4").close()
        session(capture, SSH, 4022, client="203.0.113.7", server="198.51.100.4").close()


def ftp_transfers(capture, server, port, client=CLIENT):
    control = session(capture, FTP, port, server=server, client=client, client_port=50000)
    control.says("C: PASV", f"S: 227 Entering Passive Mode ({server.replace('.', ',')},156,65).", "C: RETR scan.tif")
    data = Connection(capture, (client, 50001), (server, 40001))
    control.says("S: 150 Opening BINARY mode data connection.")
    data.send(data.server, b"II*\0 an invented scan")
    data.close()
    control.says("S: 226 Transfer complete.", f"C: PORT {client.replace('.', ',')},195,90", "S: 200 PORT command successful.",
                 "C: STOR notes.txt")
    data = Connection(capture, (server, port - 1), (client, 50010))
    control.says("S: 150 Ok to send data.")
    data.send(data.server, b"SSH-2.0-only the text of a file\r\n")
    data.close()
    control.says("S: 226 Transfer complete.", "C: EPSV", "S: 229 Entering Extended Passive Mode (|||40002|)", "C: LIST")
    data = Connection(capture, (client, 50002), (server, 40002))
    data.send(data.server, b"-rw-r--r-- 1 0 0 21 Mar 01 09:00 scan.tif\r\n")
    data.close()
    control.says("S: 226 Directory send OK.", "C: QUIT", "S: 221 Goodbye.").close()


def ftp():
    with Capture("ftp-on-419-allowed.pcap") as capture:
        ftp_transfers(capture, SERVER, 419)
        session(capture, FTP, 419, client=OTHER, client_port=50020).close()
        session(capture, FTP, 419, server="10.9.0.5", client_port=50030).close()
    with Capture("100-ftp-servers.pcap.gz") as capture:
        for number in [*range(100), *range(100), 41, 41]:
            session(capture, FTP[:3], 2100 if number == 41 else 21, server=f"10.1.0.{number + 1}",
                    client_port=50000 + len(capture.frames))


def many_on_one():
    with Capture("two-protocols-on-one-port.pcap") as capture:
        session(capture, ("C: GNUTELLA CONNECT/0.6\r\nUser-Agent: LimeWire/4.18\r\n", "S: GNUTELLA/0.6 200 OK\r\n"), 6346).close()
        session(capture, HTTP, 6346, client_port=49153).close()
        session(capture, HTTP, 6346, client=OTHER).close()
        session(capture, ("C: " + GET, "S: " + PAGE.replace("nginx/1.24.0", "Boa/0.94.14")), 6346, server="10.0.0.6").close()
    with Capture("banner-changed.pcap") as capture:
        session(capture, SSH, 22).close()
        capture.wait(60)
        session(capture, SSH, 22, client_port=49153).close()
        capture.wait(3600)
        session(capture, ("S: SSH-2.0-OpenSSH_9.8p1 Ubuntu-3", SSH[1]), 22, client_port=49154).close()
    with Capture("greetings-of-a-session.pcap") as capture:
        for number, name in enumerate(("ann", "bob", "eve")):
            port, second = 50000 + 10 * number, 10 + number
            version = "4.97" if name == "eve" else "4.96"
            session(capture, (f"S: 220 mail.example.org ESMTP Exim {version} Fri, 27 Nov 2026 09:12:{second} +0000",
                              "C: EHLO desk.example.org", "S: 250 mail.example.org"), 25, client_port=port).close()
            session(capture, (f"S: +OK POP3 server ready <{1000 + number}.17957708{second}@mail.example.org>", "C: CAPA",
                              "S: -ERR"), 110, client_port=port + 1).close()
            session(capture, (f"C: NICK {name}\r\nUSER {name} 0 * :{name}",
                              f"S: :irc.example.org 001 {name} :Welcome to the Example Network {name}!~{name}@10.0.0.9"),
                    6667, client_port=port + 2).close()
            session(capture, (f"S: 220-FTP1 FTP server at HOST, 05:10:{second} on 2026-11-27.\r\n"
                              f"220 You are user number {1 + number} of 50.", f"C: USER {name}", "S: 331 Password"), 21,
                    client_port=port + 3).close()
            database = Connection(capture, (CLIENT, port + 4), (SERVER, 5432))
            startup = b"\0\3\0\0user\0" + name.encode() + b"\0\0"
            database.send(database.client, struct.pack(">I", 4 + len(startup)) + startup)
            error = (b"SFATAL\0VFATAL\0C28000\0Mno pg_hba.conf entry for host \"10.0.0.9\", user \"" + name.encode()
                     + b"\"\0Fauth.c\0L543\0RClientAuthentication\0\0")
            database.send(database.server, b"E" + struct.pack(">I", 4 + len(error)) + error)
            database.close()
            shop = Connection(capture, ("10.0.0.9" + str(number), port + 5), (SERVER, 3306))
            error = b"\xff\x6a\x04Host '10.0.0.9" + str(number).encode() + b"' is not allowed to connect to this MySQL server"
            shop.send(shop.server, struct.pack("<I", len(error)) + error)
            shop.close()
    with Capture("client-on-port-0.pcap") as capture:
        session(capture, SSH, 22).close()
        session(capture, HTTP, 80, client_port=49153).close()
        session(capture, ("C: " + GET.replace("curl/8.5.0", "Wget/1.21.4"), HTTP[1]), 80, client_port=49154).close()
    with Capture("http-get-to-ssh-server.pcap") as capture:
        session(capture, ("S: SSH-2.0-OpenSSH_9.6p1 Ubuntu-3", "C: " + GET, "S: Invalid SSH identification string."), 22).close()
        session(capture, ("C: " + GET, "S: SSH-2.0-dropbear_2022.83"), 8022).close()


# What captures leave out

def incomplete():
    with Capture("one-direction-only.pcap") as capture:
        ssh = Connection(capture, (CLIENT, 49152), (SERVER, 2022), handshake=False)
        ssh.syn_ack()
        ssh.says(SSH[0])
        http = Connection(capture, (CLIENT, 49153), (SERVER, 8123), handshake=False)
        http.send(http.client, (GET + "\r\n").encode())
        http.raw(http.client, http.next[http.client], FIN | ACK)
        for number in range(3):
            capture.add(udp((SERVER, 5353 + 1), (CLIENT, 50000 + number), ANSWER))
    with Capture("midstream.pcap") as capture:
        session(capture, HTTP, 8123, handshake=False, starts=(777000, 999000)).close()
        session(capture, ("C: RETR scan.tif", "S: 550 Failed to open file.", "C: PASV",
                          "S: 227 Entering Passive Mode (10,0,0,5,156,65)."), 4021, handshake=False).close()
        unknown = Connection(capture, (CLIENT, 49160), (SERVER, 22), handshake=False)
        unknown.send(unknown.client, bytes.fromhex("d1c2b3a4958677685940a1b2c3d4e5f60718293a4b5c6d7e"))
        unknown.send(unknown.server, bytes.fromhex("8f7e6d5c4b3a291807f6e5d4c3b2a19f8e7d6c5b4a392817"))
    with Capture("lost-syn.pcap") as capture:
        # The SYN alone is lost: the answer tells who serves.
        first = Connection(capture, (CLIENT, 49152), (SERVER, 2022), handshake=False)
        first.next[first.server] -= 1
        first.syn_ack()
        first.says(*SSH).close()
        # The whole handshake is lost, and the server speaks first: what it says tells that it serves.
        session(capture, SMTP, 2626, handshake=False).close()
        session(capture, FTP, 2627, handshake=False).close()
    with Capture("cut-short.pcap", snapshot=96) as capture:
        session(capture, SSH, 2022).close()
        session(capture, HTTP, 8123).close()
        capture.add(udp((CLIENT, 50000), (SERVER, 5300), QUERY))
        capture.add(udp((SERVER, 5300), (CLIENT, 50000), ANSWER))
    with Capture("attempts.pcap") as capture:
        for port in (23, 3389, 5900):
            closed = Connection(capture, (CLIENT, 50000 + port), (SERVER, port), handshake=False)
            closed.next[closed.client] -= 1
            closed.syn()
            closed.raw(closed.server, 0, RST | ACK)
        quiet = Connection(capture, (CLIENT, 51000), (SERVER, 9000))
        quiet.close()
        early = Connection(capture, (CLIENT, 51001), (SERVER, 9001))
        early.reset(early.client)
    with Capture("syn-flood.pcap") as capture:
        for number in range(40):
            capture.add(tcp((f"198.51.100.{number + 1}", 1024 + 37 * number), (SERVER, 80), 7919 * number, 0, SYN))
            if number == 20:
                session(capture, HTTP, 80).close()
    with Capture("half-open.pcap") as capture:
        # A scan by SYN: what answers is reset at once; and a SYN that is answered and then forgotten.
        for port, finish in ((22, True), (80, False)):
            half = Connection(capture, ("198.51.100.7", 40000), (SERVER, port), handshake=False)
            half.next = {half.client: 1000, half.server: 5000}
            half.syn()
            half.syn_ack()
            if finish:
                half.raw(half.client, half.next[half.client], RST, acknowledged=0)
    with Capture("roles-by-first-word.pcap") as capture:
        # No handshake, and words that fit either speaker: who spoke first asked. The addresses are no help.
        for asker, asked in ((CLIENT, SERVER), (SERVER, OTHER)):
            capture.add(udp((asker, 5099), (asked, 5099), SIP_REQUEST))
            capture.add(udp((asked, 5099), (asker, 5099), SIP_ANSWER))


# What TCP does to a stream

def streams():
    with Capture("tcp-overlap.pcap") as capture:
        line = b"SSH-2.0-OpenSSH_9.6p1\r\n"
        # Pieces that overlap and agree.
        agree = Connection(capture, (CLIENT, 49152), (SERVER, 2022))
        start = agree.next[agree.server]
        for first, last in ((0, 3), (2, 9), (1, 9), (7, 23), (0, 23)):
            agree.raw(agree.server, start + first, PSH | ACK, line[first:last])
        agree.next[agree.server] += len(line)
        agree.says(SSH[1]).close()
        # What was received cannot be changed by a later copy.
        forged = Connection(capture, (CLIENT, 49153), (SERVER, 2026))
        start = forged.next[forged.server]
        forged.raw(forged.server, start, PSH | ACK, line[:4])
        forged.raw(forged.server, start, PSH | ACK, b"HTTP/1.1 200 OK\r\nServ"[:4] + line[4:])
        forged.next[forged.server] += len(line)
        forged.says(SSH[1]).close()
    with Capture("tcp-retransmitted.pcap") as capture:
        twice = Connection(capture, (CLIENT, 49152), (SERVER, 2022), handshake=False)
        for _ in range(3):
            twice.next[twice.client] = 1000
            twice.syn()
        for _ in range(2):
            twice.next[twice.server] = 5000
            twice.syn_ack()
        twice.send(twice.client, b"", flags=ACK)
        for speaker, line in ((twice.server, b"SSH-2.0-OpenSSH_9.6p1\r\n"), (twice.client, b"SSH-2.0-PuTTY_Release_0.80\r\n")):
            for _ in range(3):
                twice.raw(speaker, twice.next[speaker], PSH | ACK, line)
            twice.next[speaker] += len(line)
        # The SYN once more, long after its connection has spoken: the network was slow.
        twice.raw(twice.client, 1000, SYN, acknowledged=0)
        # Keep-alive: one byte before the next.
        twice.raw(twice.client, twice.next[twice.client] - 1, ACK, b"\0")
        twice.close()
    with Capture("sequence-wrap.pcap") as capture:
        for place, starts in enumerate(((0xFFFFFFF0, 0xFFFFFFFA), (0xFFFFFFFF, 0xFFFFFFFE), (0x7FFFFFFB, 0x7FFFFFF9))):
            wrapped = Connection(capture, (CLIENT, 49152 + place), (SERVER, 2022), starts=starts)
            wrapped.send(wrapped.server, b"SSH-2.0")
            wrapped.send(wrapped.server, b"-OpenSSH_9.6p1\r\n")
            wrapped.says(SSH[1]).close()
    with Capture("out-of-order.pcap") as capture:
        late = Connection(capture, (CLIENT, 49152), (SERVER, 2022))
        for piece in (b"SSH-", b"2.0-", b"Open", b"SSH_9.6p1\r\n"):
            late.send(late.server, piece)
        capture.reorder([3, 1, 2, 0])
        late.says(SSH[1]).close()
        # FIN before the last bytes.
        session(capture, SSH, 2026).close()
        capture.reorder([3, 1, 0, 2, 4])
    with Capture("late-handshake.pcap") as capture:
        # The first segment overtakes the handshake.
        early = Connection(capture, (CLIENT, 49152), (SERVER, 8123)).says(HTTP[0])
        capture.reorder([3, 1, 0, 2])
        early.says(HTTP[1]).close()
    with Capture("late-syn.pcap") as capture:
        # The answer overtakes the SYN, and so does what the server says then.
        for port, places in ((4021, [1, 3, 0, 2]), (4121, [3, 0, 1, 2]), (4221, [3, 1, 2, 0])):
            late = session(capture, FTP[:1], port)
            capture.reorder(places)
            late.says(*FTP[1:]).close()
    with Capture("midstream-out-of-order.pcap") as capture:
        # The first segment captured is the last one sent.
        late = Connection(capture, (CLIENT, 49152), (SERVER, 4021), handshake=False)
        for piece in (b"220 ", b"(vsF", b"TPd ", b"3.0.3)\r\n"):
            late.send(late.server, piece)
        capture.reorder([3, 1, 2, 0])
        late.says(FTP[1]).close()
        # A request that fills more than one segment.
        long = Connection(capture, (CLIENT, 49153), (SERVER, 8123), handshake=False)
        request = (GET + "Cookie: " + 300 * "session=" + "\r\n\r\n").encode()
        long.send(long.client, request[:1460])
        long.send(long.client, request[1460:])
        capture.reorder([1, 0])
        long.says(HTTP[1]).close()
        # What comes again was said before the capture, and what was said between does not come.
        again = session(capture, HTTP[:1], 8123, client_port=49154, handshake=False)
        again.raw(again.client, 900, PSH | ACK, b"name=value")
        again.says(HTTP[1]).close()
    with Capture("one-byte-a-segment.pcap") as capture:
        slow = Connection(capture, (CLIENT, 49152), (SERVER, 2022))
        for byte in b"SSH-2.0-dropbear_2022.83\r\n":
            slow.send(slow.server, bytes((byte,)))
        slow.says(SSH[1]).close()
    with Capture("fast-open.pcap") as capture:
        # RFC 7413: the request travels with the SYN.
        fast = Connection(capture, (CLIENT, 49152), (SERVER, 8123), handshake=False)
        fast.next = {fast.client: 1000, fast.server: 5000}
        fast.syn((GET + "\r\n").encode())
        fast.syn_ack()
        fast.says(HTTP[1]).close()
    with Capture("port-reuse.pcap") as capture:
        # Closed, then the same four numbers again; the second one is reset, the third one never ended.
        session(capture, SSH, 8022, starts=(1000, 5000)).close()
        capture.wait(1)
        session(capture, HTTP, 8022, starts=(4_000_000, 5_000_000)).reset((SERVER, 8022))
        capture.wait(1)
        session(capture, SSH, 8022, starts=(90_000_000, 80_000_000))
        capture.wait(1)
        session(capture, HTTP, 8022, starts=(3_000_000_000, 70_000)).close()
    with Capture("long-silence.pcap") as capture:
        # UDP has no end: after minutes of silence it is another conversation.
        for _ in range(2):
            capture.add(udp((CLIENT, 50000), (SERVER, 53), QUERY))
            capture.add(udp((SERVER, 53), (CLIENT, 50000), ANSWER))
            capture.wait(600)


# What carries them

def mirrored(frame):
    return ethernet(ip("192.0.2.34", "192.0.2.1", 47, frame))


def carriers():
    def geneve(packet):
        options = b"\x01\x02\x03\x01\x11\x22\x33\x44"
        return ethernet(udp(("192.0.2.34", 40000), ("192.0.2.1", 6081),
                            struct.pack(">BBHI", 2, 0, 0x6558, 42 << 8) + options + ethernet(packet)))

    def gtp(packet):
        return ethernet(udp(("192.0.2.34", 2152), ("192.0.2.1", 2152),
                            struct.pack(">BBHI", 0x30, 255, len(packet), 0x1234) + packet))

    def teredo(packet):
        return ethernet(udp(("192.0.2.34", 40000), ("192.0.2.1", 3544), packet))

    def erspan2(packet):
        return mirrored(struct.pack(">HHI", 0x1000, 0x88BE, 7) + struct.pack(">HHI", 0x1014, 1, 0) + ethernet(packet))

    def erspan3(packet):
        return mirrored(struct.pack(">HHI", 0x1000, 0x22EB, 7) + struct.pack(">HHIHH", 0x2014, 1, 99, 0, 0) + ethernet(packet))

    for name, wrap in (("geneve", geneve), ("gtp", gtp), ("erspan-2", erspan2), ("erspan-3", erspan3)):
        with Capture(f"{name}.pcap", wrap=wrap) as capture:
            session(capture, SSH, 2022).close()
    with Capture("teredo.pcap", wrap=teredo) as capture:
        session(capture, SSH, 2022, client="2001:0:c000:201::9", server=SERVER6).close()

    with Capture("two-tunnels-same-addresses.pcap") as capture:
        def vxlan(network):
            def wrap(packet):
                return ethernet(udp(("192.0.2.34", 40000), ("192.0.2.1", 4789),
                                    struct.pack(">II", 0x08000000, network << 8) + ethernet(packet)))
            return wrap
        for network, lines in ((10, SSH), (20, HTTP)):
            capture.wrap = vxlan(network)
            session(capture, lines, 2022)
    with Capture("vlan-by-direction.pcap") as capture:
        # Some mirror ports tag what a host sends and what it receives differently.
        capture.wrap = lambda packet: ethernet(packet, tags=[(0x8100, 10 if packet[12:16] == packed(CLIENT) else 20)])
        session(capture, SSH, 2022).close()
    with Capture("ipv4-fragments.pcap", wrap=lambda packet: packet, link=101) as capture:
        identifiers = iter(range(1, 100))

        def pieces(packet, size, order):
            whole = fragments(packet, size, next(identifiers))
            for place in order or range(len(whole)):
                capture.add(whole[place])
        pieces(udp((CLIENT, 50000), (SERVER, 5099), SIP_REQUEST), 64, None)
        pieces(udp((SERVER, 5099), (CLIENT, 50000), SIP_ANSWER), 64, [3, 1, 2, 0])
        # The last piece never comes.
        pieces(udp((CLIENT, 50001), (SERVER, 5098), SIP_REQUEST), 64, [0, 1, 2])
    with Capture("ipv6-fragments.pcap") as capture:
        for place, port in enumerate((2022, 2026)):
            connection = Connection(capture, (CLIENT6, 49152), (SERVER6, port))
            for speaker, line in ((connection.server, b"SSH-2.0-OpenSSH_9.6p1 Ubuntu-3\r\n"), (connection.client, b"SSH-2.0-OpenSSH_8.9\r\n")):
                whole = tcp(speaker, connection.peer(speaker), connection.next[speaker],
                            connection.next[connection.peer(speaker)], PSH | ACK, line)
                whole = fragments(whole, 24, 70 + port)
                for piece in whole if place == 0 else reversed(whole):
                    capture.add(piece)
                connection.next[speaker] += len(line)
            connection.close()


# UDP and its neighbours

def datagrams():
    with Capture("dns-on-5300.pcap") as capture:
        for server, port in ((SERVER, 53), (SERVER, 5300), (SERVER6, 53)):
            client = CLIENT6 if ":" in server else CLIENT
            for number in range(2):
                capture.add(udp((client, 50000 + number), (server, port), QUERY))
                capture.add(udp((server, port), (client, 50000 + number), ANSWER))
    with Capture("icmp-error.pcap") as capture:
        # A host that has no DNS server says so, and quotes the question.
        question = udp((CLIENT, 50000), (SERVER, 5301), QUERY)
        capture.add(question)
        error = struct.pack(">BBHI", 3, 3, 0, 0) + question
        capture.add(ip(SERVER, CLIENT, 1, error[:2] + struct.pack(">H", checksum(error)) + error[4:]))
    with Capture("unanswered-datagrams.pcap") as capture:
        # A scanner's probes, one of which is answered, and a question that a protocol knows.
        for port in (7, 1000, 2000):
            capture.add(udp((CLIENT, 50000), (SERVER, port), b"anybody there?"))
        capture.add(udp((CLIENT, 50001), (SERVER, 2000), b"anybody there?"))
        capture.add(udp((SERVER, 2000), (CLIENT, 50001), b"indeed, somebody"))
        capture.add(udp((CLIENT, 50002), (SERVER, 53), QUERY))
    with Capture("mdns-multicast.pcap") as capture:
        # Who answers a group serves, not the group.
        query = bytes(4) + bytes.fromhex("0001000000000000") + b"\4_ipp\4_tcp\5local\0\0\x0c\0\1"
        answer = (bytes.fromhex("000084000000000100000000") + b"\4_ipp\4_tcp\5local\0\0\x0c\0\1\0\0\x11\x94\0\x0a"
                  + b"\7printer\xc0\x0c")
        capture.add(udp((CLIENT, 5353), ("224.0.0.251", 5353), query))
        capture.add(udp((SERVER, 5353), ("224.0.0.251", 5353), answer))
    with Capture("ntp-between-servers.pcap") as capture:
        # Both ends on 123: the one that asks is the client.
        ask = b"\x23\0\6\xec" + bytes(36) + bytes.fromhex("e98b1a2c00112233")
        say = bytes.fromhex("240206e9000000100000002cc0000201") + bytes.fromhex("e98b1a2c00112233") * 4
        capture.add(udp((CLIENT, 123), (SERVER, 123), ask))
        capture.add(udp((SERVER, 123), (CLIENT, 123), say))
    with Capture("port-scan-by-banner.pcap") as capture:
        # A scanner that greets every port in HTTP makes no web server.
        session(capture, ("S: 220 (vsFTPd 3.0.3)", "C: " + GET, "S: 530 Please login with USER and PASS."), 21).close()
        session(capture, (SMTP[0], "C: " + GET, "S: 502 5.5.2 Error: command not recognized"), 25).close()
        session(capture, ("C: " + GET, "S: -ERR unknown command 'GET'"), 6379).close()
        silent = session(capture, ("C: " + GET,), 4444)
        silent.reset(silent.server)


for situations in (ports, ftp, many_on_one, incomplete, streams, carriers, datagrams):
    situations()
