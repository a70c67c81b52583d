#!/usr/bin/env python3
"""Writes the captures of this folder and what is to be found in them: python3 make.py

NAME/input.pcap holds a conversation of which the detection NAME must tell, and its like of which it must not;
NAME/expect.jsonl holds the findings of the whole pack, each once. All contents are invented. Needs nothing beyond
Python. BAD is a server to be told of, GOOD one that is not; GUEST is outside the site of site.lua.
"""

import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "Tests" / "Golden"))

from packets import Capture, Connection, udp  # noqa: E402

CLIENT, OTHER, GUEST = "10.0.0.9", "10.0.0.23", "198.51.100.7"
BAD, GOOD = "10.0.0.5", "10.0.0.6"


class Case:
    """A capture and what is to be found in it."""

    def __init__(self, name):
        self.name, self.findings, self.ports = name, [], {}
        (HERE / name).mkdir(exist_ok=True)
        self.capture = Capture(HERE / name / "input.pcap")

    def __enter__(self):
        self.capture.__enter__()
        return self

    def __exit__(self, kind, *rest):
        self.capture.__exit__(kind, *rest)
        if kind:
            return
        lines = [json.dumps({"kind": "finding", **finding}) + "\n" for finding in self.findings]
        (HERE / self.name / "expect.jsonl").write_text("".join(lines))

    def policy(self, text):
        """A policy for this capture, beside site.lua."""
        (HERE / self.name / "policy.lua").write_text(text + "\n")

    def port(self, client):
        self.ports[client] = self.ports.get(client, 49151) + 1
        return self.ports[client]

    def tcp(self, server, port, *said, client=CLIENT):
        """Turns of a conversation: bytes or text, beginning with "C: " or "S: "."""
        connection = Connection(self.capture, (client, self.port(client)), (server, port))
        for speech in said:
            speech = speech.encode("latin-1") if isinstance(speech, str) else speech
            speaker = connection.client if speech[:3] == b"C: " else connection.server
            connection.send(speaker, speech[3:])
        connection.close()
        self.capture.wait(0.1)

    def knock(self, server, port, *, client=CLIENT):
        """A SYN that nobody answers, or that is refused."""
        connection = Connection(self.capture, (client, self.port(client)), (server, port), handshake=False)
        connection.raw(connection.client, 1000, 2, acknowledged=0)
        if port % 2000 == 0:
            connection.raw(connection.server, 0, 20, acknowledged=1001)
        self.capture.wait(0.5)

    def udp(self, server, port, question, *answers, client=CLIENT, client_port=None):
        source = (client, client_port or self.port(client))
        if question:
            self.capture.add(udp(source, (server, port), question))
        for answer in answers:
            self.capture.add(udp((server, port), source, answer))
        self.capture.wait(0.1)

    def expect(self, title, *, host=BAD, port=None, rule=None, severity):
        finding = {"rule": rule or self.name, "severity": severity, "host": host, "port": port, "title": title}
        self.findings.append(finding)


def hexadecimal(text):
    return bytes.fromhex(text)


# Logins in clear

def logins():
    with Case("ftp-cleartext-login") as case:
        case.tcp(BAD, 21, "S: 220 Files\r\n", "C: USER clerk\r\n", "S: 331 Password\r\n", "C: PASS secret\r\n")
        case.tcp(BAD, 21, "S: 220 Files\r\n", "C: USER clerk\r\n", "S: 331 Password\r\n", "C: PASS secret\r\n")
        case.tcp(GOOD, 21, "S: 220 Files\r\n", "C: AUTH TLS\r\n", "S: 234 Go\r\n")
        case.expect(f"{CLIENT} logs in to {BAD}:21 by FTP in clear as clerk", port=21, severity="medium")
    with Case("ftp-anonymous") as case:
        case.tcp(BAD, 21, "S: 220 Files\r\n", "C: USER anonymous\r\n", "S: 331 Your address\r\n")
        case.tcp(GOOD, 21, "S: 220 Files\r\n", "C: AUTH TLS\r\n", "S: 234 Go\r\n")
        case.expect(f"{CLIENT} asks {BAD}:21 for anonymous FTP", port=21, severity="low")
    with Case("pop3-cleartext-login") as case:
        case.tcp(BAD, 110, "S: +OK POP3 ready <1.2@mail.example.org>\r\n", "C: USER clerk\r\n", "S: +OK\r\n")
        case.tcp(GOOD, 110, "S: +OK POP3 ready <1.2@mail.example.org>\r\n", "C: STLS\r\n", "S: +OK\r\n")
        case.expect(f"{CLIENT} logs in to {BAD}:110 by POP3 in clear (USER)", port=110, severity="medium")
    with Case("imap-cleartext-login") as case:
        case.tcp(BAD, 143, "S: * OK [CAPABILITY IMAP4rev1] ready\r\n", "C: a1 LOGIN clerk secret\r\n",
                 "S: a1 OK done\r\n")
        case.tcp(GOOD, 143, "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", "C: a1 STARTTLS\r\n",
                 "S: a1 OK go\r\n")
        case.expect(f"{CLIENT} logs in to {BAD}:143 by IMAP in clear (LOGIN)", port=143, severity="medium")
    with Case("http-basic-login") as case:
        get = "C: GET / HTTP/1.1\r\nHost: desk.example.org\r\n"
        page = "S: HTTP/1.1 200 OK\r\nServer: nginx/1.24.0\r\nContent-Length: 0\r\n\r\n"
        case.tcp(BAD, 80, get + "Authorization: Basic Y2xlcms6c2VjcmV0\r\n\r\n", page)
        case.tcp(GOOD, 80, get + "Authorization: Bearer eyJhbGciOiJub25lIn0\r\n\r\n", page)
        case.tcp(GOOD, 80, get + "\r\n", page)
        case.expect(f"{CLIENT} logs in to {BAD}:80 by HTTP Basic in clear", port=80, severity="medium")
    with Case("ldap-simple-bind") as case:
        answer = b"S: " + hexadecimal("30 0C 02 01 01 61 07 0A 01 00 04 00 04 00")
        name = b"\x04\x07cn=me,c"
        simple = b"\x02\x01\x03" + name + b"\x80\x06secret"
        sasl = b"\x02\x01\x03\x04\x00\xa3\x08\x04\x06GSSAPI"
        for server, body in ((BAD, simple), (GOOD, sasl)):
            bind = b"\x60" + bytes([len(body)]) + body
            case.tcp(server, 389, b"C: \x30" + bytes([len(bind) + 3]) + b"\x02\x01\x01" + bind, answer)
        case.expect(f"{CLIENT} sends a password to {BAD}:389 in an LDAP simple bind", port=389, severity="medium")
    with Case("telnet") as case:
        case.tcp(BAD, 23, b"S: \xff\xfd\x18\xff\xfd\x20", b"C: \xff\xfb\x18\xff\xfc\x20", b"S: \xff\xfb\x01\r\nlogin: ")
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:23 offers Telnet", port=23, severity="medium")
    with Case("r-services") as case:
        case.tcp(BAD, 513, b"C: \0clerk\0clerk\0vt100/9600\0", b"S: \0", client=CLIENT)
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:513 offers rlogin, which trusts addresses or passwords in clear", port=513,
                    severity="high")


# What is old

SSH = ("S: SSH-2.0-OpenSSH_9.6\r\n", "C: SSH-2.0-OpenSSH_9.2\r\n")


def der(tag, *parts):
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 0x80 else b"\x82" + struct.pack(">H", len(body))
    return bytes([tag]) + length + body


def name(text):
    """A distinguished name that is only a common name (2.5.4.3)."""
    return der(0x30, der(0x31, der(0x30, b"\x06\x03\x55\x04\x03", der(0x0C, text.encode()))))


def certificate(subject, *, issuer="Example CA", expires="341231235959Z", names=()):
    names = names or (subject,)
    alternatives = der(0x30, *(der(0x82, one.encode()) for one in names))
    key = der(0x30, der(0x30, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"), der(0x03, b"\0" + b"\x5a" * 64))
    algorithm = der(0x30, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00")
    body = der(0x30, b"\xa0\x03\x02\x01\x02", b"\x02\x01\x07", algorithm, name(issuer),
               der(0x30, der(0x17, b"200101000000Z"), der(0x17, expires.encode())), name(subject), key,
               der(0xA3, der(0x30, der(0x30, b"\x06\x03\x55\x1d\x11", der(0x04, alternatives)))))
    return der(0x30, body, algorithm, der(0x03, b"\0" + b"\xa5" * 64))


def record(kind, body, version=0x0303):
    return struct.pack(">BHH", kind, version, len(body)) + body


def message(kind, body):
    return bytes([kind]) + struct.pack(">I", len(body))[1:] + body


def tls(sni="www.example.org", *, version=0x0303, cipher=0xC02F, shown=None):
    """Both first turns of a handshake up to TLS 1.2."""
    host = sni.encode()
    entry = b"\0" + struct.pack(">H", len(host)) + host
    extension = struct.pack(">HHH", 0, len(entry) + 2, len(entry)) + entry
    hello = (struct.pack(">H", version) + bytes(range(32)) + b"\0" + struct.pack(">HH", 2, cipher) + b"\1\0"
             + struct.pack(">H", len(extension)) + extension)
    chosen = (struct.pack(">H", version) + bytes(range(64, 96)) + b"\0" + struct.pack(">H", cipher) + b"\0")
    shown = shown or certificate(sni)
    chain = struct.pack(">I", len(shown))[1:] + shown
    said = message(2, chosen) + message(11, struct.pack(">I", len(chain))[1:] + chain) + message(14, b"")
    return b"C: " + record(22, message(1, hello), 0x0301), b"S: " + record(22, said, version)


def outdated():
    with Case("ssh-protocol-1") as case:
        case.tcp(BAD, 22, "S: SSH-1.99-OpenSSH_9.0\r\n", "C: SSH-2.0-OpenSSH_9.2\r\n")
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:22 offers SSH 1.99", port=22, severity="high")
    with Case("ssh-outdated") as case:
        case.tcp(BAD, 22, "S: SSH-2.0-OpenSSH_6.6.1\r\n", "C: SSH-2.0-OpenSSH_9.2\r\n")
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:22 runs OpenSSH_6.6.1", port=22, severity="medium")
    with Case("smb1") as case:
        ask = b"\xffSMB\x72" + b"\0" * 27 + b"\0\x0e\0\x02NT LM 0.12\0"
        one = b"\xffSMB\x72" + b"\0" * 4 + b"\x88" + b"\0" * 22 + b"\x01\0\0\0\0"
        two = b"\xfeSMB\x40\0\0\0\0\0\0\0\0\0\1\0" + b"\1\0\0\0" + b"\0" * 44 + b"\x41\0\1\0\x11\3\0\0" + b"\0" * 56
        for server, answer in ((BAD, one), (GOOD, two)):
            case.tcp(server, 445, b"C: " + struct.pack(">I", len(ask)) + ask,
                     b"S: " + struct.pack(">I", len(answer)) + answer)
        case.expect(f"{BAD}:445 speaks SMB 1", port=445, severity="high")
    with Case("tls-old-version") as case:
        case.tcp(BAD, 443, *tls(version=0x0301, cipher=0x002F))
        case.tcp(GOOD, 443, *tls())
        case.expect(f"{BAD}:443 agrees on TLS 1.0", port=443, severity="medium")
    with Case("tls-weak-cipher") as case:
        case.tcp(BAD, 443, *tls(cipher=0x0005))
        case.tcp(GOOD, 443, *tls())
        case.expect(f"{BAD}:443 agrees on TLS_RSA_WITH_RC4_128_SHA", port=443, severity="medium")
    with Case("certificate-expired") as case:
        case.tcp(BAD, 443, *tls(shown=certificate("www.example.org", expires="231231235959Z")))
        case.tcp(GOOD, 443, *tls())
        case.expect(f"The certificate of {BAD}:443 (www.example.org) expired on 2023-12-31", port=443,
                    severity="medium")
    with Case("certificate-self-signed") as case:
        case.tcp(BAD, 443, *tls(shown=certificate("www.example.org", issuer="www.example.org")))
        case.tcp(GOOD, 443, *tls())
        case.expect(f"{BAD}:443 vouches for itself: www.example.org", port=443, severity="low")
    with Case("certificate-other-name") as case:
        case.tcp(BAD, 443, *tls(shown=certificate("mail.example.org")))
        case.tcp(GOOD, 443, *tls(shown=certificate("example.org", names=("example.org", "*.example.org"))))
        case.expect(f"{BAD}:443 was asked for www.example.org and answers as mail.example.org", port=443,
                    severity="medium")


# What is open

def elastic(status, body):
    return (f"S: HTTP/1.1 {status}\r\nX-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n{body}")


def couch(status, body):
    return (f"S: HTTP/1.1 {status}\r\nServer: CouchDB/3.3.3 (Erlang OTP/25)\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}")


# The element ok of a document, a double of 1.
OK = b"\1ok\0" + struct.pack("<d", 1)


def mongo(number, answers, elements, speaker):
    """A message of the MongoDB wire protocol (OP_MSG) with one document."""
    document = struct.pack("<i", len(elements) + 5) + elements + b"\0"
    return speaker + struct.pack("<iiiiIb", 21 + len(document), number, answers, 2013, 0, 0) + document


def open_services():
    with Case("redis-open") as case:
        info = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n"
        case.tcp(BAD, 6379, "C: *1\r\n$4\r\nINFO\r\n", f"S: ${len(info)}\r\n{info}\r\n")
        case.tcp(GOOD, 6379, "C: *1\r\n$4\r\nPING\r\n", "S: -NOAUTH Authentication required.\r\n")
        case.expect(f"{BAD}:6379 tells redis 7.0.15 to whoever asks", port=6379, severity="high")
    with Case("memcached-open") as case:
        case.tcp(BAD, 11211, "C: version\r\n", "S: VERSION 1.6.21\r\n")
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:11211 answers as memcached 1.6.21 to whoever asks (tcp)", port=11211, severity="high")
    with Case("elasticsearch-open") as case:
        get = "C: GET / HTTP/1.1\r\nHost: search:9200\r\n\r\n"
        case.tcp(BAD, 9200, get, elastic("200 OK", '{"version":{"number":"8.12.0"},"tagline":"You Know, for Search"}'))
        case.tcp(GOOD, 9200, get, elastic("401 Unauthorized", '{"status":401}'))
        case.expect(f"{BAD}:9200 shows its version 8.12.0 to whoever asks, in clear", port=9200, severity="high")
    with Case("mongodb-open") as case:
        case.tcp(BAD, 27017, mongo(1, 0, b"\x10listDatabases\0\1\0\0\0", b"C: "),
                 mongo(9, 1, b"\x04databases\0\5\0\0\0\0" + OK, b"S: "))
        failed = (b"\1ok\0" + bytes(8) + b"\x02errmsg\0\x0f\0\0\0not authorized\0" + b"\x10code\0\x0d\0\0\0")
        case.tcp(GOOD, 27017, mongo(1, 0, b"\x10listDatabases\0\1\0\0\0", b"C: "), mongo(9, 1, failed, b"S: "))
        case.tcp(GOOD, 27017, mongo(2, 0, b"\x10hello\0\1\0\0\0", b"C: "), mongo(9, 2, OK, b"S: "))
        case.expect(f"{BAD}:27017 carries out listDatabases for {CLIENT}, which did not log in", port=27017,
                    severity="high")
    with Case("couchdb-open") as case:
        get = "C: GET /_all_dbs HTTP/1.1\r\nHost: couch:5984\r\n"
        case.tcp(BAD, 5984, get + "\r\n", couch("200 OK", '["orders"]'))
        case.tcp(GOOD, 5984, get + "\r\n", couch("401 Unauthorized", '{"error":"unauthorized"}'))
        case.tcp(GOOD, 5984, get + "Authorization: Basic Y2xlcms6c2VjcmV0\r\n\r\n", couch("200 OK", '["orders"]'))
        case.tcp(GOOD, 5984, "C: GET / HTTP/1.1\r\nHost: couch:5984\r\n\r\n", couch("200 OK", '{"couchdb":"Welcome"}'))
        case.expect(f"{BAD}:5984 answers {CLIENT}'s GET /_all_dbs without a login", port=5984, severity="high")
    with Case("etcd-in-clear") as case:
        body = '{"etcdserver":"3.5.9","etcdcluster":"3.5.0"}'
        case.tcp(BAD, 2379, "C: GET /version HTTP/1.1\r\nHost: etcd:2379\r\n\r\n",
                 f"S: HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        case.tcp(GOOD, 2379, *tls())
        case.expect(f"{BAD}:2379 serves etcd in clear", port=2379, severity="high")
    with Case("docker-open") as case:
        get = "C: GET /_ping HTTP/1.1\r\nHost: host:2375\r\n\r\n"
        case.tcp(BAD, 80, get, "S: HTTP/1.1 200 OK\r\nServer: Docker/24.0.7 (linux)\r\nContent-Length: 2\r\n\r\nOK")
        case.tcp(GOOD, 80, get, "S: HTTP/1.1 404 Not Found\r\nServer: nginx/1.24.0\r\nContent-Length: 0\r\n\r\n")
        case.expect(f"{BAD}:80 offers the Docker API in clear (Docker/24.0.7 (linux))", port=80, severity="critical")
    with Case("socks-open") as case:
        case.tcp(BAD, 1080, b"C: \5\2\0\2", b"S: \5\0")
        case.tcp(GOOD, 1080, b"C: \5\2\0\2", b"S: \5\2")
        case.expect(f"{BAD}:1080 is a SOCKS proxy for whoever asks", port=1080, severity="medium")
    with Case("http-proxy-open") as case:
        ask = "C: CONNECT www.example.org:443 HTTP/1.1\r\nHost: www.example.org:443\r\n"
        case.tcp(BAD, 3128, ask + "\r\n", "S: HTTP/1.1 200 Connection established\r\n\r\n")
        refused = "S: HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\n\r\n"
        case.tcp(GOOD, 3128, ask + "\r\n", refused)
        case.tcp(GOOD, 3128, ask + "Proxy-Authorization: Basic Y2xlcms6c2VjcmV0\r\n\r\n",
                 "S: HTTP/1.1 200 Connection established\r\n\r\n")
        case.expect(f"{BAD}:3128 carries out {CLIENT}'s CONNECT without a login", port=3128, severity="medium")
    with Case("x11-open") as case:
        case.tcp(BAD, 6000, b"C: " + hexadecimal("6C 00 0B 00 00 00 00 00 00 00 00 00"),
                 b"S: " + hexadecimal("01 00 0B 00 00 00 08 00") + b"\0" * 32)
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:6000 serves X11 in clear", port=6000, severity="medium")
    with Case("jdwp") as case:
        case.tcp(BAD, 8000, "C: JDWP-Handshake", "S: JDWP-Handshake")
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:8000 lets whoever asks debug its Java program", port=8000, severity="critical")
    with Case("tftp") as case:
        port = case.port(CLIENT)
        case.udp(BAD, 69, b"\0\1boot.img\0octet\0", client_port=port)
        case.udp(BAD, 50001, b"", b"\0\3\0\1data", client_port=port)
        case.udp(BAD, 50001, b"\0\4\0\1", client_port=port)
        case.expect(f"{BAD}:69 serves files by TFTP, which knows no login", port=69, severity="low")


# As it was delivered, and what floods others

def snmp(community, kind):
    body = (b"\x02\x01\x01" + der(0x04, community) + der(kind, b"\x02\x01\x01\x02\x01\x00\x02\x01\x00"
                                                         + der(0x30, der(0x30, b"\x06\x02\x2b\x06\x05\x00"))))
    return der(0x30, body)


def defaults():
    with Case("snmp-public") as case:
        case.udp(BAD, 161, snmp(b"public", 0xA0), snmp(b"public", 0xA2))
        case.udp(GOOD, 161, snmp(b"k7Lm2xQz", 0xA0), snmp(b"k7Lm2xQz", 0xA2))
        case.udp("10.0.0.7", 161, snmp(b"public", 0xA0))
        case.expect(f"{BAD}:161 answers {CLIENT} as community public", port=161, severity="medium")
    with Case("default-credentials-shown") as case:
        get = "C: GET / HTTP/1.1\r\nHost: cam\r\n\r\n"
        case.tcp(BAD, 80, get, 'S: HTTP/1.1 401 Unauthorized\r\nServer: cam (default login admin/1234)\r\n'
                 'Content-Length: 0\r\n\r\n')
        case.tcp(GOOD, 80, get, "S: HTTP/1.1 401 Unauthorized\r\nServer: cam\r\nContent-Length: 0\r\n\r\n")
        case.expect(f"{BAD}:80 (http) shows its default login: cam (default login admin/1234)", port=80,
                    severity="high")
    with Case("ntp-amplifier") as case:
        variables = b'version="ntpd 4.2.8p15", system="Linux/5.10"'
        answer = struct.pack(">BBHHHHH", 0x16, 0x82, 1, 0x0618, 0, 0, len(variables)) + variables
        case.udp(BAD, 123, struct.pack(">BBHHHHH", 0x16, 2, 1, 0, 0, 0, 0), answer)
        clock = bytes.fromhex("e98d2f1011223344")
        ask = b"\x23\0\6\0" + b"\0" * 36 + clock
        case.udp(GOOD, 123, ask, b"\x24\2\6\xe9\0\0\1\0\0\0\2\0\xc0\0\2\1" + clock * 4)
        case.expect(f"{BAD}:123 answers NTP mode 6", port=123, severity="medium")
    with Case("ipmi") as case:
        case.udp(BAD, 623, hexadecimal("06 00 FF 07 00 00 00 00 00 00 00 00 00 09 20 18 C8 81 00 38 8E 04 B5"),
                 hexadecimal("06 00 FF 07 00 00 00 00 00 00 00 00 00 10 81 1C 63 20 00 38 00 01 97 04 03 00 00 00 00 09"))
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:623 answers IPMI", port=623, severity="medium")


# From outside

RDP = (b"C: " + hexadecimal("03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00 03 00 00 00"),
       b"S: " + hexadecimal("03 00 00 13 0E D0 00 00 12 34 00 02 00 08 00 02 00 00 00"))
MODBUS = (b"C: " + hexadecimal("00 01 00 00 00 06 01 03 00 00 00 0A"),
          b"S: " + hexadecimal("00 01 00 00 00 05 01 03 02 00 01"))
JOB = ("C: \x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X", 'S: @PJL INFO ID\r\n"Example 4000"\r\n\f')
CONNECT = ("C: CONNECT www.example.org:443 HTTP/1.1\r\nHost: www.example.org:443\r\n"
           "Proxy-Authorization: Basic Y2xlcms6c2VjcmV0\r\n\r\n",
           "S: HTTP/1.1 200 Connection established\r\n\r\n")
SMB2 = (b"C: \0\0\0\x44\xfeSMB\x40\0\0\0\0\0\0\0\0\0\1\0" + b"\0" * 48 + b"\x24\0\0\0",
        b"S: \0\0\0\x80\xfeSMB\x40\0\0\0\0\0\0\0\0\0\1\0\1\0\0\0" + b"\0" * 44 + b"\x41\0\1\0\x11\3\0\0" + b"\0" * 56)
POSTGRES = (b"C: \0\0\0\x10\0\3\0\0user\0me\0\0", b"S: R\0\0\0\x08\0\0\0\3")


def border():
    def both(rule, port, said, title, severity, more=()):
        with Case(rule) as case:
            case.tcp(BAD, port, *said, client=GUEST)
            case.tcp(GOOD, port, *said)
            case.expect(title, port=port, severity=severity)
            for other in more:
                case.expect(**other)
    both("remote-access-inbound", 3389, RDP, f"{BAD}:3389 lets rdp in from outside", "high")
    both("file-sharing-inbound", 445, SMB2, f"{BAD}:445 lets smb in from outside", "high")
    both("database-inbound", 5432, POSTGRES, f"{BAD}:5432 lets postgresql in from outside", "high")
    both("printer-inbound", 9100, JOB, f"{BAD}:9100 takes jetdirect from outside", "medium")
    both("industrial-across-border", 502, MODBUS, f"modbus of {BAD}:502 crosses the border (inbound)", "critical")
    both("proxy-inbound", 3128, CONNECT, f"{BAD}:3128 serves outsiders as http-proxy", "high")


# Hidden

OPENVPN = (hexadecimal("38 01 02 03 04 05 06 07 08 00 00 00 00 00"),
           hexadecimal("40 11 12 13 14 15 16 17 18 01 00 00 00 00 01 02 03 04 05 06 07 08 00 00 00 00"))


def question(number=0x1A2B):
    return struct.pack(">H", number) + hexadecimal("01000001000000000000") + b"\3www\7example\3org\0\0\1\0\1"


def answer(number=0x1A2B):
    return (struct.pack(">H", number) + hexadecimal("81800001000100000000") + b"\3www\7example\3org\0\0\1\0\1"
            + hexadecimal("c00c00010001000001f40004c6336407"))


def hidden():
    with Case("ssh-tunnel-port") as case:
        case.tcp(BAD, 443, *SSH)
        case.tcp(GOOD, 22, *SSH)
        case.expect(f"{BAD}:443 hides SSH where the web or names are expected", port=443, severity="high")
    with Case("vpn-tunnel-port") as case:
        case.udp(BAD, 53, *OPENVPN)
        case.udp(GOOD, 1194, *OPENVPN)
        case.expect(f"{BAD}:53 hides openvpn where the web or names are expected", port=53, severity="high")
    with Case("dns-off-port") as case:
        case.udp(BAD, 5399, question(), answer())
        case.udp(GOOD, 53, question(), answer())
        case.expect(f"{CLIENT} asks for names at {BAD}:5399/udp", port=5399, severity="medium")
    with Case("port-knocking") as case:
        for client, tries in ((CLIENT, (7000, 8000, 9000)), (OTHER, range(7000, 7020)), ("10.0.0.24", (7000, 8000))):
            for port in tries:
                case.knock(BAD, port, client=client)
            case.tcp(BAD, 47111, *SSH, client=client)
            case.tcp(GOOD, 47111, *SSH, client=client)
        case.expect(f"{CLIENT} knocks on 3 closed ports of {BAD}, then finds ssh on 47111", port=47111, severity="high")
    with Case("hidden-remote-access") as case:
        case.tcp(BAD, 47111, *SSH, client=GUEST)
        case.tcp(BAD, 47111, *SSH, client=GUEST)
        case.tcp(GOOD, 47111, *SSH)
        case.expect(f"{GUEST} reaches ssh at {BAD}:47111 from outside", port=47111, severity="critical")


# Guests

def guests():
    with Case("irc") as case:
        case.tcp(BAD, 6667, "C: NICK me\r\nUSER me 0 * :Me\r\n",
                 "S: :irc.example.org NOTICE * :*** Looking up your hostname\r\n")
        case.tcp(GOOD, 22, *SSH, client=OTHER)
        case.expect(f"{CLIENT} speaks IRC", port=6667, severity="low")
    with Case("file-exchange") as case:
        hello = b"\x13BitTorrent protocol\0\0\0\0\0\x10\0\5" + b"\x11" * 20 + b"-EX0001-abcdefghijkl"
        case.tcp("203.0.113.9", 51413, b"C: " + hello, b"S: " + hello)
        case.tcp(GOOD, 22, *SSH, client=OTHER)
        case.expect(f"{CLIENT} takes part in bittorrent", host="203.0.113.9", port=51413, severity="low")
    with Case("dns-on-workstation") as case:
        get, page = "C: GET / HTTP/1.1\r\nHost: w\r\n\r\n", "S: HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n"
        for place in range(8):
            case.tcp(f"203.0.113.{place + 1}", 80, get, page, client=BAD)
            case.udp(f"203.0.113.{place + 31}", 53, question(place), answer(place), client=GOOD)
        case.udp(BAD, 53, question(), answer())
        case.udp(GOOD, 53, question(), answer())
        case.expect(f"{BAD} answers DNS and is a client of 8 hosts or more", port=53, severity="medium")
    def packet(kind, step):
        """A DHCP message: asked (1) or answered (2), of a kind (RFC 2132 section 9.6)."""
        return (bytes([kind, 1, 6, 0]) + b"\x12\x34\x56\x78" + b"\0" * 20 + b"\2\0\x0a\0\0\x09" + b"\0" * 202
                + b"\x63\x82\x53\x63\x35\1" + bytes([step]) + b"\xff")
    with Case("dhcp-server") as case:
        case.udp(BAD, 67, packet(1, 3), packet(2, 5), client_port=68)
        case.udp(GOOD, 53, question(), answer())
        case.expect(f"{BAD} gives out addresses; is it one of yours?", port=67, severity="info")
    with Case("server-not-listed") as case:
        case.policy(f'servers "dhcp" {{ "{GOOD}" }}')
        case.udp(BAD, 67, packet(1, 3), packet(2, 5), client_port=68)
        case.udp(GOOD, 67, packet(1, 3), packet(2, 5), client_port=68, client=OTHER)
        case.expect(f"{BAD}:67 serves dhcp and is not on the site's list of such servers", port=67, severity="high")


# Rates

def rates():
    with Case("ssh-attempts") as case:
        for place in range(25):
            case.tcp(BAD if place % 2 else GOOD, 22, *SSH)
        for place in range(25):                                 # as many, but slowly
            case.tcp(BAD, 22, *SSH, client=OTHER)
            case.capture.wait(60)
        case.expect(f"{CLIENT} began 20 SSH sessions within 5 minutes, the last with {BAD}:22", port=22,
                    severity="medium")
    with Case("login-attempts") as case:
        greeting = ("S: 220 Files\r\n", "C: AUTH TLS\r\n", "S: 534 No\r\n")
        for _ in range(21):
            case.tcp(BAD, 21, *greeting)
        for _ in range(19):
            case.tcp(GOOD, 21, *greeting)
        case.expect(f"{CLIENT} began 20 sessions with {BAD}:21 (ftp) within 5 minutes", port=21, severity="medium")
    with Case("inbound-attempts") as case:
        for _ in range(21):
            case.tcp(BAD, 3389, *RDP, client=GUEST)
            case.tcp(GOOD, 3389, *RDP)
        case.expect(f"{BAD}:3389 lets rdp in from outside", rule="remote-access-inbound", port=3389, severity="high")
        for client, server in ((GUEST, BAD), (CLIENT, GOOD)):
            case.expect(f"{client} began 20 sessions with {server}:3389 (rdp) within 5 minutes", host=server,
                        rule="login-attempts", port=3389, severity="medium")
        case.expect(f"{GUEST} tries rdp of {BAD}:3389 from outside, again and again", port=3389, severity="high")


for write in (logins, outdated, open_services, defaults, border, hidden, guests, rates):
    write()
