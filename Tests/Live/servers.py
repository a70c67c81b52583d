"""Real servers on and off their ports, over IPv4 and IPv6, used by real clients."""

import os
import shutil
import signal
import subprocess
import tempfile
import time

from stage import HAS_IPV6, OFFPORT, ROOT, Sensor, SyslogServer, findings, in_time, until

# Debian packages with what is run here, and a command of each.
NEEDED = {"openssh-server": "sshd", "openssh-client": "ssh", "vsftpd": "vsftpd", "nginx-light": "nginx", "curl": "curl"}
SERVERS = {"10.77.0.2": "10.77.0.1", "fd77::2": "fd77::1"}
# protocol, port, standing; the class of its finding
PORTS = [("ssh", 22, "expected", None), ("ssh", 2222, "off-port", "alternate"), ("ssh", 8080, "off-port", "impersonation"),
         ("ftp", 21, "expected", None), ("ftp", 2100, "off-port", "alternate"),
         ("http", 80, "expected", None), ("http", 8000, "off-port", "alternate"), ("http", 31337, "off-port", "unassigned")]
LATE = ("http", 45671, "off-port", "unassigned")


class Missing(Exception):
    """What a test cannot do without is not here; the test is skipped."""


def need(packages):
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [package for package, command in packages.items() if shutil.which(command, path=path) is None]
    if missing:
        raise Missing(f"needs the Debian packages {' '.join(missing)}")
    if packages is NEEDED and not HAS_IPV6:
        raise Missing("needs IPv6: the servers speak it")


class Servers:
    """sshd, vsftpd and nginx at the far end of a cable, in a folder of their own."""

    def __init__(self, cable):
        self.cable, self.children = cable, []
        self.folder = tempfile.mkdtemp(prefix="offport-servers-")
        os.chmod(self.folder, 0o755)

    def __enter__(self):
        for name, device, number in ((self.cable.near, "cable0", 1), (self.cable.far, "tap0", 2)):
            self.cable.inside(name, "sysctl", "-qw", f"net.ipv6.conf.{device}.disable_ipv6=0")
            self.cable.ip("-n", name, "link", "set", device, "arp", "on")
            self.cable.ip("-n", name, "addr", "replace", f"10.77.0.{number}/24", "dev", device)
            self.cable.ip("-n", name, "addr", "add", f"fd77::{number}/64", "dev", device, "nodad")
        self.ssh()
        self.ftp(21)
        self.ftp(2100)
        self.http("web", 80, 8000, 31337)
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def start(self, *command):
        # A /run of its own: sshd wants a folder there.
        script = 'mount -t tmpfs -o mode=755 none /run && mkdir -p /run/sshd /run/vsftpd/empty && exec "$@"'
        log = open(os.path.join(self.folder, f"{os.path.basename(command[0])}-{len(self.children)}.log"), "w")
        self.children.append(subprocess.Popen(
            ["ip", "netns", "exec", self.cable.far, "unshare", "-m", "sh", "-c", script, "sh", *command],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}))

    def ssh(self):
        key = os.path.join(self.folder, "hostkey")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        ports = "".join(f"Port {port}\n" for protocol, port, *_ in PORTS if protocol == "ssh")
        conf = self.write("sshd.conf", f"{ports}HostKey {key}\nUsePAM no\nPidFile none\nUseDNS no\n")
        self.start("/usr/sbin/sshd", "-D", "-e", "-f", conf)

    def ftp(self, port):
        conf = self.write(f"vsftpd-{port}.conf", f"""listen=NO
listen_ipv6=YES
listen_port={port}
background=NO
anonymous_enable=YES
local_enable=NO
anon_root={self.folder}/public
secure_chroot_dir=/run/vsftpd/empty
seccomp_sandbox=NO
xferlog_enable=NO
""")
        os.makedirs(os.path.join(self.folder, "public"), exist_ok=True)
        with open(os.path.join(self.folder, "public", "holdings.txt"), "w") as file:
            file.write("Port Numbers\nOn Campus\n" * 40)
        self.start("vsftpd", conf)

    def http(self, name, *ports):
        listen = "".join(f"listen 0.0.0.0:{port}; listen [::]:{port} ipv6only=on; " for port in ports)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{name}-{kind}; "
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.write("public/index.html" if os.path.isdir(f"{self.folder}/public") else "index.html", "<p>hello</p>\n")
        conf = self.write(f"{name}.conf", f"""daemon off; master_process off; pid {self.folder}/{name}.pid;
error_log stderr; events {{}}
http {{ access_log off; {temporary} server {{ {listen} root {self.folder}/public; }} }}
""")
        self.start("nginx", "-e", "stderr", "-c", conf)

    def wait_for(self, *ports):
        """Until something listens on all ports; nothing is said to it."""
        end = time.time() + 60
        while time.time() < end:
            shown = subprocess.run(["ip", "netns", "exec", self.cable.far, "ss", "-Hltn"], capture_output=True, text=True)
            heard = {line.split()[3].rsplit(":", 1)[1] for line in shown.stdout.splitlines()}
            if {str(port) for port in ports} <= heard:
                return
            time.sleep(0.1)
        logs = ""
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(os.path.join(self.folder, name)) as file:
                    logs += f"\n{name}: {file.read()[-400:]}"
        raise AssertionError(f"the servers do not listen: {heard}{logs}")

    def visit(self, protocol, port):
        """A real client comes by, over IPv4 and IPv6."""
        for server in SERVERS:
            place = f"[{server}]" if ":" in server else server
            if protocol == "ssh":
                command = ["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o",
                           "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=30", "-p", str(port), f"nobody@{server}", "id"]
            elif protocol == "ftp":
                command = ["curl", "-sS", "-m", "30", "-o", "/dev/null", f"ftp://{place}:{port}/holdings.txt"]
            else:
                command = ["curl", "-sS", "-m", "30", "-o", "/dev/null", f"http://{place}:{port}/"]
            done = subprocess.run(["ip", "netns", "exec", self.cable.near, *command], capture_output=True, text=True)
            # No user may log in: ssh has been answered all the same.
            good = "Permission denied" in done.stderr if protocol == "ssh" else done.returncode == 0
            assert good, (protocol, port, server, done.stderr)


def real_servers_and_clients(cable):
    """Real servers on and off their ports are found with the right standing over IPv4 and IPv6, told within a second and
    once; first sightings survive restarts; client programs have port 0 and are no servers."""
    need(NEEDED)
    folder = tempfile.mkdtemp(prefix="offport-real-")
    policy = os.path.join(folder, "policy.lua")
    capture = os.path.join(folder, "seen.pcap")
    with SyslogServer(cable.far) as soc, Servers(cable) as servers:
        servers.wait_for(*(port for _, port, *_ in PORTS))
        with open(policy, "w") as file:
            file.write(f'receiver "soc" {{ syslog = "tcp://127.0.0.1:{soc.port}", format = "json" }}\n'
                       'alert { on = finding "off-port", to = "soc" }\nalert { on = client, to = "soc" }\n')
        flags = ["--policy", policy, "--state", os.path.join(folder, "state")]
        sensor = Sensor(cable, *flags)
        dump = subprocess.Popen(["ip", "netns", "exec", cable.far, "tcpdump", "-i", "tap0", "-U", "-w", capture],
                                stderr=subprocess.DEVNULL) if shutil.which("tcpdump") else None
        try:
            if dump:
                # Its header is there once it captures.
                assert until(lambda: os.path.exists(capture) and os.path.getsize(capture) >= 24), "tcpdump does not capture"
            for protocol, port, *_ in PORTS:
                servers.visit(protocol, port)
            expected = {(server, "tcp", port, protocol, standing) for server in SERVERS for protocol, port, standing, _ in PORTS}
            off_port = sorted(("off-port", server, port, protocol, kind) for server in SERVERS
                              for protocol, port, standing, kind in PORTS if standing == "off-port")
            until(lambda: len(findings(soc.findings_and_more())) >= len(off_port))
            sensor.rest()
            told = [r for r in soc.findings_and_more() if r["kind"] == "finding"]
            assert findings(told) == off_port, (findings(told), sensor.said())
            late = in_time(soc.delays(told))
            print(f"        alerts of real servers: half within {late[len(late) // 2] * 1000:.0f} ms, all within "
                  f"{late[-1] * 1000:.0f} ms")
            # Killed: no warning, no last words.
            time.sleep(11)
            until(lambda: {(*place, standing) for place, standing in places(sensor.written()).items()} == expected, 30)
            sensor.end(signal.SIGKILL)
            first = {key(r): r["first_seen"] for r in sensor.written() if r["kind"] == "service" and is_home(r)}
            assert {(*place, standing) for place, standing in places(sensor.written()).items()} == expected, \
                set((*place, standing) for place, standing in places(sensor.written()).items()) ^ expected
            sensor.clear()
            # The next run: the same services with their first sighting, and one more.
            servers.http("late", LATE[1])
            servers.wait_for(LATE[1])
            sensor = Sensor(cable, *flags)
            before = time.time()
            for protocol, port, *_ in [*PORTS, LATE]:
                servers.visit(protocol, port)
            sensor.rest(least=1.5)
            assert sensor.end() == 0, sensor.said()
            records = sensor.written()
            again = {key(r): r["first_seen"] for r in records if r["kind"] == "service" and is_home(r)}
            assert {place: again.get(place) for place in first} == first, "first sightings did not survive"
            new = {place for place, seen in again.items() if stamp(seen) >= before}
            assert new == {(server, "tcp", LATE[1], LATE[0]) for server in SERVERS}, new
            told = [r for r in soc.findings_and_more() if r["kind"] == "finding"]
            off_port += [("off-port", server, LATE[1], LATE[0], LATE[3]) for server in SERVERS]
            assert findings(told) == sorted(off_port), set(findings(told)) ^ set(off_port)
            # Clients: port 0, none of them a server.
            clients = {(r["host"], r["protocol"]) for r in records if r["kind"] == "client"}
            assert all(r["port"] == 0 for r in records if r["kind"] == "client")
            for client in SERVERS.values():
                assert {(client, "ssh"), (client, "http")} <= clients, clients
            assert not {r["host"] for r in records if r["kind"] in ("service", "finding")} & set(SERVERS.values())
            assert {(r["host"], r["protocol"]) for r in soc.records if r["kind"] == "client"} >= \
                {(client, protocol) for client in SERVERS.values() for protocol in ("ssh", "http")}
            if dump:
                new_in_capture(dump, capture, before)
        finally:
            if dump:
                dump.kill()
                dump.wait()
            sensor.clear()
            shutil.rmtree(folder, ignore_errors=True)


def new_in_capture(dump, capture, before):
    """`services --new-since` lists what came later, and nothing else."""
    import json
    dump.terminate()
    dump.wait()
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(before))
    done = subprocess.run([OFFPORT, "services", "-r", capture, "--new-since", since, "--format", "json"],
                          capture_output=True, text=True, cwd=ROOT)
    listed = {key(r) for r in map(json.loads, done.stdout.splitlines()) if is_home(r)}
    assert listed == {(server, "tcp", LATE[1], LATE[0]) for server in SERVERS}, (listed, done.stderr)


def stamp(text):
    from datetime import datetime
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def is_home(record):
    """Not the data connections of FTP, whose ports are others each time."""
    return record["protocol"] != "ftp-data"


def key(record):
    return record["host"], record["transport"], record["port"], record["protocol"]


def places(records):
    return {key(r): r["standing"] for r in records if r["kind"] == "service" and is_home(r)}
