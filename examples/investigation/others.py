#!/usr/bin/env python3
"""Makes what other eyes saw of the site of weeks.py: a scan, a firewall's log, alerts of an intrusion detection system.

Written by hand after the formats' documentation: nmap.dtd, netfilter's LOG target, Suricata's EVE. The same call always
makes the same bytes.

usage: others.py FOLDER         writes FOLDER/scan.xml, FOLDER/firewall.log and FOLDER/eve.json

On the morning of the 18th somebody scans two networks of servers and workstations, ports 1 to 1024 and three more. The
firewall logs what crosses the border, from the 9th on. On the 10th the sensor at the border reports what a stranger
tries against 10.40.3.77, hours before the FTP server answers there.
"""
import json
import os
import sys
from datetime import datetime, timedelta, timezone

DROP, VISITOR, COURIER = "10.40.3.77", "198.51.100.23", "203.0.113.140"
SCANNER = "10.40.2.11"


def at(day, hour, minute, second=0):
    return datetime(2026, 11, day, hour, minute, second, tzinfo=timezone.utc)


# What the scanner found: host, port, whether it was asked, name, product, version.
FOUND = [
    ("10.40.1.10", 80, True, "http", "nginx", "1.24.0"),
    ("10.40.1.20", 22, True, "ssh", "OpenSSH", "9.6"),
    ("10.40.1.25", 25, True, "smtp", "Postfix smtpd", None),
    ("10.40.1.30", 21, True, "ftp", "vsftpd", "3.0.3"),
    ("10.40.1.30", 22, True, "ssh", "OpenSSH", "9.6"),
    ("10.40.1.40", 8443, False, "https-alt", None, None),
    ("10.40.1.99", 445, False, "microsoft-ds", None, None),
    ("10.40.3.77", 22, True, "ssh", "OpenSSH", "9.2p1"),
    ("10.40.3.78", 3389, False, "ms-wbt-server", None, None),
]


def scan():
    """`nmap -sV -p1-1024,3389,8080,8443 10.40.1.0/24 10.40.3.0/24`, as nmap's XML."""
    start, end = at(18, 9, 0), at(18, 9, 12)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE nmaprun>",
        f'<nmaprun scanner="nmap" args="nmap -sV -p1-1024,3389,8080,8443 -oX scan.xml 10.40.1.0/24 10.40.3.0/24" '
        f'start="{int(start.timestamp())}" version="7.93" xmloutputversion="1.05">',
        '<scaninfo type="connect" protocol="tcp" numservices="1027" services="1-1024,3389,8080,8443"/>',
    ]
    for place, host in enumerate(sorted({found[0] for found in FOUND})):
        time = int((start + timedelta(seconds=60 * place)).timestamp())
        lines += [
            f'<host starttime="{time}" endtime="{time + 55}"><status state="up" reason="arp-response" reason_ttl="0"/>',
            f'<address addr="{host}" addrtype="ipv4"/>', "<ports>",
        ]
        for _, port, asked, name, product, version in (found for found in FOUND if found[0] == host):
            more = "".join(f' {key}="{value}"' for key, value in (("product", product), ("version", version)) if value)
            lines.append(
                f'<port protocol="tcp" portid="{port}"><state state="open" reason="syn-ack" reason_ttl="0"/>'
                f'<service name="{name}"{more} method="{"probed" if asked else "table"}" conf="{10 if asked else 3}"/></port>')
        lines += ["</ports>", "</host>"]
    lines += [
        f'<runstats><finished time="{int(end.timestamp())}" elapsed="720.00"/><hosts up="8" down="500" total="508"/></runstats>',
        "</nmaprun>",
    ]
    return "\n".join(lines) + "\n"


def firewall():
    """Lines of netfilter's LOG target, by syslog (RFC 5424 times): what crossed the border, and what did not."""
    lines = []

    def line(time, verdict, source, target, own, port):
        lines.append((time, (
            f"{time.isoformat()} fw kernel: [{int((time - at(1, 0, 0)).total_seconds())}.000000] FW-{verdict}: IN=wan0 OUT=lan0 "
            f"MAC=02:00:0a:28:00:01:02:00:c6:33:64:17:08:00 SRC={source} DST={target} LEN=60 TOS=0x00 PREC=0x00 TTL=52 "
            f"ID=0 DF PROTO=TCP SPT={own} DPT={port} WINDOW=64240 RES=0x00 SYN URGP=0")))

    for number, port in enumerate((21, 22, 23, 80, 443, 445, 3389, 5900)):
        line(at(9, 23, 40, number), "DROP", VISITOR, DROP, 51000 + number, port)
    for minute in (4, 5, 9, 31):
        line(at(10, 2, minute), "ACCEPT", VISITOR, DROP, 52000 + minute, 49152)
    line(at(10, 22, 13, 20), "ACCEPT", VISITOR, DROP, 53000, 49152)
    for day in (12, 14, 16, 18, 20, 22):
        line(at(day, 3, 10 + day), "ACCEPT", COURIER, DROP, 54000 + day, 49152)
    return "".join(text + "\n" for _, text in sorted(lines))


def alerts():
    """Alerts as Suricata writes them into eve.json."""
    lines = []

    def alert(time, source, own, target, port, number, text, category, severity):
        lines.append(json.dumps({
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.%f+0000"), "flow_id": int(time.timestamp()) * 1000 + own % 1000,
            "in_iface": "wan0", "event_type": "alert", "src_ip": source, "src_port": own, "dest_ip": target,
            "dest_port": port, "proto": "TCP", "alert": {
                "action": "allowed", "gid": 1, "signature_id": number, "rev": 2, "signature": text,
                "category": category, "severity": severity}}))

    alert(at(9, 23, 40, 7), VISITOR, 51007, DROP, 5900, 1000101, "SCAN many ports of one host",
          "Detection of a Network Scan", 3)
    alert(at(10, 20, 58, 11), VISITOR, 52101, DROP, 22, 1000202, "SSH login attempts from one address",
          "Attempted Administrator Privilege Gain", 1)
    alert(at(10, 20, 59, 40), VISITOR, 52140, DROP, 22, 1000203, "SSH login after many attempts",
          "Successful Administrator Privilege Gain", 1)
    alert(at(20, 17, 16, 30), "10.40.2.23", 40001, "10.40.1.99", 445, 1000304, "SMB to a host that serves none",
          "Potentially Bad Traffic", 2)
    return "".join(line + "\n" for line in lines)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, text in (("scan.xml", scan()), ("firewall.log", firewall()), ("eve.json", alerts())):
        with open(os.path.join(sys.argv[1], name), "w") as file:
            file.write(text)


if __name__ == "__main__":
    main()
