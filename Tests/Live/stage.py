"""Two hosts in network namespaces of their own, joined by a cable, and a sensor that listens on one end of it."""

import json
import math
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OFFPORT = os.environ.get("OFFPORT", os.path.join(ROOT, ".build/release/offport"))
CAMPUS = os.path.join(ROOT, "examples/lab/campus.pcap")
HAS_IPV6 = os.path.isdir("/proc/sys/net/ipv6")
LAB = os.path.join(ROOT, "examples/lab")


class Late(Exception):
    """Something came later than is promised. A machine that does other things meanwhile can be the reason: measured again."""


def in_time(delays, share=1.0, promised=1.0):
    """The delays, sorted; a share of them must be as short as promised."""
    late = sorted(delays)
    if late[math.ceil(share * len(late)) - 1] > promised:
        raise Late(f"alerts came late: {[round(delay, 2) for delay in late[-12:]]}")
    return late


def until(condition, seconds=60):
    """Waits until it holds, as long as a slow machine may need; whether it does."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def put(path, text, beside=None):
    """Writes a file that is there as a whole or not at all: whoever watches it never meets half of it."""
    new = os.path.join(beside or os.path.dirname(path), ".new")
    with open(new, "wb" if isinstance(text, bytes) else "w") as file:
        file.write(text)
    os.replace(new, path)


def why_not():
    """Why the tests cannot run here; None when they can."""
    if os.geteuid() != 0:
        return "needs root: interfaces and network namespaces are made"
    if shutil.which("ip") is None:
        return "needs the command ip (Debian package iproute2)"
    name = f"offport-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode != 0:
        return f"network namespaces cannot be made here: {made.stderr.strip()}"
    cable = subprocess.run(["ip", "-n", name, "link", "add", "near0", "type", "veth", "peer", "name", "far0"],
                           capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", name])
    return None if cable.returncode == 0 else f"no veth interfaces here: {cable.stderr.strip()}"


class Cable:
    """A veth pair: frames go in at one end and are watched at the other."""

    def __init__(self):
        self.near = f"offport-near-{os.getpid()}"
        self.far = f"offport-far-{os.getpid()}"

    def __enter__(self):
        for name in (self.near, self.far):
            self.ip("netns", "add", name)
            # Neither end says anything by itself.
            if HAS_IPV6:
                self.inside(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                            "net.ipv6.conf.default.disable_ipv6=1")
            self.ip("-n", name, "link", "set", "lo", "up")
        self.plug()
        return self

    def __exit__(self, *_):
        for name in (self.near, self.far):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True)

    @staticmethod
    def inside(name, *words):
        subprocess.run(["ip", "netns", "exec", name, *words], check=True, capture_output=True)

    def plug(self):
        self.ip("link", "add", "cable0", "netns", self.near, "type", "veth", "peer", "name", "tap0", "netns", self.far)
        self.ip("-n", self.near, "addr", "add", "10.77.0.1/24", "dev", "cable0")
        self.ip("-n", self.near, "link", "set", "cable0", "up", "arp", "off")
        self.ip("-n", self.far, "link", "set", "tap0", "up", "arp", "off")
        # The system tells the state of a link up to a second late.
        assert until(self.is_up, 30), "the cable does not come up"

    def is_up(self):
        shown = subprocess.run(["ip", "-n", self.far, "-br", "link", "show", "tap0"], capture_output=True, text=True)
        return " UP " in shown.stdout

    def unplug(self):
        self.ip("-n", self.near, "link", "del", "cable0")

    def send(self, frames, pause=0.0):
        """Sends frames from the near end, in a process that has entered its namespace."""
        child = os.fork()
        if child == 0:
            try:
                enter(self.near)
                wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                wire.bind(("cable0", 0))
                for frame in frames:
                    while True:
                        try:
                            wire.send(frame)
                            break
                        except OSError as error:
                            if error.errno != 105:  # no buffer space: the queue is full for a moment
                                raise
                            time.sleep(0.001)
                    if pause:
                        time.sleep(pause)
                os._exit(0)
            except BaseException as error:  # noqa: BLE001 - the parent only sees the exit code
                print(f"sender: {error}", flush=True)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert status == 0, "the frames could not be sent"


def enter(name):
    """This process goes on in a network namespace."""
    import ctypes
    with open(f"/run/netns/{name}") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0x40000000) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def frames_of(path):
    """The frames of a classic little-endian capture."""
    with open(path, "rb") as file:
        data = file.read()
    at, frames = 24, []
    while at + 16 <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return frames


def ssh_session(number):
    """The frames of a session with an SSH server of its own on port 2022."""
    client, server = bytes([10, 9, 0, 1]), bytes([10, 8, number >> 8, number & 255])
    words = b"SSH-2.0-OpenSSH_9.6\r\n"

    def frame(sender, receiver, ports, flags, sequence, acknowledged, payload=b""):
        tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 8192, 0, 0) + payload
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, sender, receiver)
        return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + tcp

    there, back = (40000 + number % 20000, 2022), (2022, 40000 + number % 20000)
    return [frame(client, server, there, 2, 100, 0), frame(server, client, back, 0x12, 500, 101),
            frame(client, server, there, 0x18, 101, 501, words), frame(server, client, back, 0x18, 501, 101 + len(words), words)]


class Sensor:
    """A running `offport run`, and what it wrote."""

    def __init__(self, cable, *flags, interface=True, environment=None):
        self.folder = tempfile.mkdtemp(prefix="offport-live-")
        environment = {**os.environ, **(environment or {})}
        self.ready = None
        if "NOTIFY_SOCKET" not in environment:
            # It says when it watches, as it does to systemd; also when it has become another user.
            os.chmod(self.folder, 0o711)
            environment["NOTIFY_SOCKET"] = os.path.join(self.folder, "ready")
            self.ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.ready.bind(environment["NOTIFY_SOCKET"])
            self.ready.settimeout(0.1)
            os.chmod(environment["NOTIFY_SOCKET"], 0o777)
        self.records = os.path.join(self.folder, "records.jsonl")
        self.errors = open(os.path.join(self.folder, "errors"), "w+")
        command = [OFFPORT, "run", "--json", self.records, "--http", "off", *flags]
        if interface:
            command = ["ip", "netns", "exec", cable.far, *command, "-i", "tap0"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.errors, cwd=ROOT,
                                        env=environment)
        try:
            assert self.ready is None or until(self.is_ready), f"the sensor does not watch: {self.said()}"
        except AssertionError:
            self.clear()
            raise

    def is_ready(self):
        assert self.process.poll() is None, f"the sensor ended at once: {self.said()}"
        try:
            return self.ready.recv(4096).startswith(b"READY=1")
        except TimeoutError:
            return False

    def is_idle(self):
        """Whether every thread of it sleeps: one that would work and gets no processor does not."""
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            try:
                with open(f"/proc/{self.process.pid}/task/{thread}/stat") as file:
                    if file.read().rsplit(") ", 1)[1][0] not in "SIZX":
                        return False
            except (FileNotFoundError, ProcessLookupError):
                pass
        return True

    def rest(self, least=0.6, seconds=60):
        """Waits until it has had nothing to do for a while: all that was sent has been looked at, however slow the machine."""
        since = time.monotonic()
        end = since + seconds
        while time.monotonic() - since < least and time.monotonic() < end:
            if not self.is_idle():
                since = time.monotonic()
            time.sleep(0.02)

    def said(self):
        self.errors.flush()
        with open(self.errors.name) as file:
            return file.read()

    def complaints(self):
        """What the sensor said beyond information."""
        return [line for line in self.said().splitlines() if " info " not in line]

    def wait_for(self, text, times=1):
        """Waits until the sensor has said something, so many times."""
        assert until(lambda: self.said().count(text) >= times), \
            f"the sensor did not say '{text}' {times} times but: {self.said()}"

    def written(self):
        """The records written so far."""
        if not os.path.exists(self.records):
            return []
        with open(self.records) as file:
            return [json.loads(line) for line in file.read().split("\n")[:-1] if line]

    def end(self, how=signal.SIGTERM):
        """Ends the sensor; its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(60)
        return code

    def clear(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.errors.close()
        if self.ready:
            self.ready.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def services(records):
    """What ran where, without times and counts; the last record of a service counts."""
    last = {(r["host"], r["transport"], r["port"], r["protocol"]): r for r in records if r["kind"] == "service"}
    return {(*key, r["standing"], r.get("product")) for key, r in last.items()}


def findings(records):
    return sorted((r["rule"], r["host"], r["port"], r["protocol"], r.get("class")) for r in records
                  if r["kind"] == "finding")


def read_file(path, *flags):
    """The records of a capture read from its file."""
    out = subprocess.run([OFFPORT, "run", "-r", path, "--json", "-", *flags], capture_output=True, cwd=ROOT)
    return [json.loads(line) for line in out.stdout.splitlines()]


class SyslogServer:
    """A receiver of syslog over TCP (RFC 6587, octet counting) in the sensor's namespace, in a process of its own."""

    def __init__(self, namespace, port=0):
        self.namespace, self.wanted, self.records = namespace, port, []

    def __enter__(self):
        here, there = os.pipe()
        # What came goes to a file: a pipe that nobody empties would hold up the receiver.
        self.file = tempfile.TemporaryFile()
        self.child = os.fork()
        if self.child == 0:
            try:
                os.close(here)
                enter(self.namespace)
                self.serve(there)
            except BaseException as error:  # noqa: BLE001 - the parent goes on with the tests, and nobody else
                print(f"receiver: {error}", flush=True)
            finally:
                os._exit(1)
        os.close(there)
        self.rest = b""
        while not self.rest.endswith(b"\n"):
            more = os.read(here, 1)
            assert more, "the receiver did not start"
            self.rest += more
        self.port, self.rest, self.place = int(self.rest), b"", 0
        os.close(here)
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
            self.child = 0

    def serve(self, out):
        """Writes the port, then a line for each message: when it came, and its JSON record."""
        import selectors
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.wanted))
        listener.listen()
        os.write(out, f"{listener.getsockname()[1]}\n".encode())
        out = self.file.fileno()
        selector, buffers = selectors.DefaultSelector(), {}
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    connection, _ = listener.accept()
                    buffers[connection] = b""
                    selector.register(connection, selectors.EVENT_READ)
                    continue
                data = key.fileobj.recv(65536)
                if not data:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
                    continue
                buffer = buffers[key.fileobj] + data
                while b" " in buffer:
                    length, rest = buffer.split(b" ", 1)
                    if len(rest) < int(length):
                        break
                    message, buffer = rest[:int(length)], rest[int(length):]
                    record = message[message.index(b"{"):]
                    os.write(out, f"{time.time()} ".encode() + record.strip() + b"\n")
                buffers[key.fileobj] = buffer

    def take(self):
        while True:
            data = os.pread(self.file.fileno(), 1 << 20, self.place)
            if not data:
                return
            self.place += len(data)
            self.rest += data
            *whole, self.rest = self.rest.split(b"\n")
            for line in whole:
                came, record = line.split(b" ", 1)
                self.records.append({**json.loads(record), "came": float(came)})

    def wait_for(self, count, seconds=60):
        assert until(lambda: len(self.findings_and_more()) >= count, seconds), \
            f"{len(self.records)} of {count} alerts came"

    def findings(self):
        self.take()
        return findings(self.records)

    def findings_and_more(self):
        """Every record that came."""
        self.take()
        return self.records

    def delays(self, records=None):
        """Seconds from the record's time to its arrival."""
        from datetime import datetime
        return [r["came"] - datetime.fromisoformat(r["time"].replace("Z", "+00:00")).timestamp()
                for r in (self.records if records is None else records)]
