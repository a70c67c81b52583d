"""What an operator relies on: privileges that are gone, the unit of systemd, what systemd is told, detections loaded anew."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from servers import Missing, need
from stage import CAMPUS, LAB, OFFPORT, ROOT, Sensor, findings, frames_of, put, read_file, services, ssh_session, until

# CAP_NET_RAW and CAP_NET_ADMIN (capabilities(7)).
CAPTURE = 1 << 13 | 1 << 12
USER = "nobody"


def status_of(process, thread=None):
    """/proc/PID/status, or of one of its threads."""
    path = f"/proc/{process}/status" if thread is None else f"/proc/{process}/task/{thread}/status"
    with open(path) as file:
        return {name: value.strip() for name, value in (line.split(":", 1) for line in file)}


def for_user(name):
    import pwd
    return pwd.getpwnam(name)


def a_user_without_rights(cable):
    """--user gives everything up but what capturing needs, in every thread; an interface can still be opened again, and
    a program that is started has nothing."""
    user = for_user(USER)
    folder = tempfile.mkdtemp(prefix="offport-user-")
    os.chmod(folder, 0o755)
    state = os.path.join(folder, "state")
    os.mkdir(state)
    os.chown(state, user.pw_uid, user.pw_gid)
    policy = os.path.join(folder, "policy.lua")
    with open(policy, "w") as file:
        file.write(f'receiver "page" {{ command = {{ "/bin/cp", "/proc/self/status", "{state}/child" }} }}\n'
                   'alert { on = finding, to = "page" }\n')
    sensor = Sensor(cable, "--user", USER, "--policy", policy, "--state", state, "--http", "127.0.0.1:9419", "--workers", "2")
    try:
        process = sensor.process.pid
        holders = 0
        for thread in os.listdir(f"/proc/{process}/task"):
            try:
                shown = status_of(process, thread)
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended meanwhile
            assert set(shown["Uid"].split()) == {str(user.pw_uid)}, shown["Uid"]
            assert set(shown["Gid"].split()) == {str(user.pw_gid)}, shown["Gid"]
            assert shown["NoNewPrivs"] == "1", shown["Name"]
            assert int(shown["CapBnd"], 16) & ~CAPTURE == 0, shown["CapBnd"]
            held = int(shown["CapEff"], 16) | int(shown["CapPrm"], 16)
            assert held & ~CAPTURE == 0, shown
            assert int(shown["CapInh"], 16) == 0 and int(shown["CapAmb"], 16) == 0, shown
            holders += held == CAPTURE
        assert holders >= 1
        assert int(status_of(process)["CapEff"], 16) == CAPTURE
        cable.unplug()
        sensor.wait_for("waiting for it")
        cable.plug()
        sensor.wait_for("tap0: is back")
        time.sleep(0.5)
        cable.send(frames_of(CAMPUS))
        child = {}

        def is_whole():
            # Each finding has it written anew: half of it can be met.
            nonlocal child
            if os.path.exists(f"{state}/child"):
                with open(f"{state}/child") as file:
                    child = dict(line.strip().split(":\t", 1) for line in file if ":\t" in line)
            return "nonvoluntary_ctxt_switches" in child
        assert until(is_whole), child
        sensor.rest()
        for kind in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"):
            assert int(child[kind], 16) & ~(CAPTURE if kind == "CapBnd" else 0) == 0, (kind, child[kind])
        assert child["NoNewPrivs"] == "1" and set(child["Uid"].split()) == {str(user.pw_uid)}
        assert sensor.end() == 0, sensor.said()
        assert services(sensor.written()) == services(read_file(CAMPUS))
        assert os.stat(f"{state}/offport.db").st_uid == user.pw_uid
        # A folder of somebody else's: what is wrong is said, and not that another sensor is there.
        os.chown(state, 0, 0)
        os.chmod(state, 0o700)
        done = subprocess.run(["ip", "netns", "exec", cable.far, OFFPORT, "run", "-i", "tap0", "--user", USER, "--state", state,
                               "--http", "off", "--duration", "1"], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 1 and "Permission denied" in done.stderr and "another" not in done.stderr.split("name another")[0], \
            done.stderr
    finally:
        sensor.clear()
        shutil.rmtree(folder, ignore_errors=True)


def the_unit_of_systemd(cable):
    """systemd finds no mistake in the unit, and little that it could do beyond what it needs."""
    del cable
    need({"systemd": "systemd-analyze"})
    folder = tempfile.mkdtemp(prefix="offport-unit-")
    try:
        os.makedirs(os.path.join(folder, "bin"))
        shutil.copy("/bin/true", os.path.join(folder, "bin/offport"))
        unit = os.path.join(folder, "offport.service")
        with open(os.path.join(ROOT, "packaging/systemd/offport.service")) as file:
            text = file.read().replace("@PREFIX@", folder)
        with open(unit, "w") as file:
            file.write(text)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
        said = [line for line in done.stderr.splitlines() if "offport" in line]
        assert done.returncode == 0 and not said, done.stderr
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=25", unit],
                              capture_output=True, text=True)
        level = re.search(r"Overall exposure level[^:]*: ([0-9.]+)", done.stdout)
        assert level, done.stdout + done.stderr
        print(f"        systemd-analyze security: exposure {level[1]} of 10")
        assert done.returncode == 0 and float(level[1]) <= 2.5, done.stdout
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def what_systemd_is_told(cable):
    """READY when the interfaces are open, WATCHDOG more often than asked for, RELOADING and READY around a reload, and
    STOPPING; a reload that is refused ends with READY too."""
    folder = tempfile.mkdtemp(prefix="offport-notify-")
    policy = os.path.join(folder, "policy.lua")
    with open(policy, "w") as file:
        file.write("-- nothing yet\n")
    path = os.path.join(folder, "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(0.1)
    came = []

    def listen(word, seconds):
        end = time.time() + seconds
        while time.time() < end:
            try:
                came.append((time.time(), listener.recv(4096).decode().split("\n")))
            except TimeoutError:
                continue
            if came[-1][1][0] == word:
                return came[-1][1]
        raise AssertionError(f"systemd was not told {word} but {[lines[0] for _, lines in came]}")

    os.environ.update(NOTIFY_SOCKET=path, WATCHDOG_USEC="4000000")
    try:
        sensor = Sensor(cable, "--policy", policy)
    finally:
        del os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"]
    try:
        ready = listen("READY=1", 60)
        assert "tap0" in ready[1], ready
        for _ in range(4):
            listen("WATCHDOG=1", 30)
        beats = [at for at, lines in came if lines[0] == "WATCHDOG=1"]
        gaps = [later - earlier for earlier, later in zip(beats, beats[1:])]
        # A busy machine can hold one of them up, and systemd waits that long.
        assert sorted(gaps)[len(gaps) // 2] < 2 and max(gaps) < 4, f"half of WATCHDOG_USEC is 2 s: {gaps}"
        for text, word in (("-- still nothing\n", "loaded anew"), ("allow {\n", "run on")):
            put(policy, text)
            sensor.process.send_signal(signal.SIGHUP)
            reloading = listen("RELOADING=1", 60)
            assert re.fullmatch(r"MONOTONIC_USEC=\d{6,}", reloading[1]), reloading
            listen("READY=1", 60)
            sensor.wait_for(word)
        sensor.process.send_signal(signal.SIGTERM)
        listen("STOPPING=1", 60)
        assert sensor.process.wait(60) == 0, sensor.said()
    finally:
        sensor.clear()
        listener.close()
        shutil.rmtree(folder, ignore_errors=True)


DETECTION = '''
detect "test-odd-ssh" {{
  title    = "{title}",
  severity = "high",
  on       = service "ssh",
  when     = function(s) {body} end,
  example {{ port = 2022 }},
}}
'''


def detections_loaded_anew(cable):
    """A new detection acts after a reload, a changed one tells what it tells now, one that is gone tells nothing more, and
    one that never ends is switched off alone."""
    folder = tempfile.mkdtemp(prefix="offport-detect-")
    plugins = os.path.join(folder, "plugins")
    shutil.copytree(os.path.join(ROOT, "plugins"), plugins)
    place = os.path.join(plugins, "core/plugins/remote-access/odd.lua")
    sensor = Sensor(cable, "--plugins", plugins, "--watch")
    loads = 0

    def load(title, body):
        nonlocal loads
        if title is None:
            os.remove(place)
        else:
            put(place, DETECTION.format(title=title, body=body))
        loads += 1
        sensor.wait_for("loaded anew", times=loads)

    def told():
        return [(r["host"], r["title"]) for r in sensor.written() if r["kind"] == "finding" and r["rule"] == "test-odd-ssh"]

    def meet(*numbers):
        for number in numbers:
            cable.send(ssh_session(number))
        met = {f"10.8.0.{number}" for number in numbers}
        assert until(lambda: met <= {f[1] for f in findings(sensor.written()) if f[0] == "off-port"}), sensor.said()
        sensor.rest()

    try:
        meet(0, 1)
        assert told() == []
        load("first words", "return s.port == 2022")
        meet(2, 3)
        assert told() == [("10.8.0.2", "first words"), ("10.8.0.3", "first words")], told()
        load("second words", "return s.port == 2022")
        meet(4)
        assert told()[2:] == [("10.8.0.4", "second words")], told()
        load("never ends", "if s.host then while true do end end return true")
        begun = time.time()
        meet(*range(5, 20))
        cable.send(frames_of(CAMPUS))
        sensor.rest()
        assert time.time() - begun < 40, "the loop holds the sensor up"
        assert sensor.said().count("switched off: detection") == 1, sensor.said()
        assert len(told()) == 3, told()
        load(None, None)
        meet(30)
        assert len(told()) == 3, told()
        assert sensor.end() == 0, sensor.said()
        found = {f for f in findings(sensor.written()) if f[0] == "off-port"}
        assert set(findings(read_file(CAMPUS))) <= found
        # The others ran on.
        hosts = {f[1] for f in found}
        assert {f"10.8.0.{number}" for number in [*range(20), 30]} <= hosts
    finally:
        sensor.clear()
        shutil.rmtree(folder, ignore_errors=True)


def records_that_are_rotated(cable):
    """A file of records that is moved away is begun anew: at SIGHUP at once, otherwise with the next record."""
    sensor = Sensor(cable)
    try:
        os.rename(sensor.records, sensor.records + ".1")
        sensor.process.send_signal(signal.SIGHUP)
        assert until(lambda: os.path.exists(sensor.records)), sensor.said()
        cable.send(frames_of(CAMPUS))
        sensor.rest()
        assert len(sensor.written()) > 0
        os.rename(sensor.records, sensor.records + ".2")
        assert sensor.end() == 0, sensor.said()
        # The services and the summary of the end.
        assert sensor.written()[-1]["kind"] == "summary"
        assert os.path.getsize(sensor.records + ".1") == 0 and os.path.getsize(sensor.records + ".2") > 0
    finally:
        sensor.clear()


def numbers_that_agree(cable):
    """What the metrics count is what the summary says, with packets that the kernel dropped and flows that others announced."""
    need({"curl": "curl"})
    port = 9431
    sensor = Sensor(cable, "--http", f"127.0.0.1:{port}", "--ring", "1")

    def metric(name):
        shown = subprocess.run(["ip", "netns", "exec", cable.far, "curl", "-s", f"http://127.0.0.1:{port}/metrics"],
                               capture_output=True, text=True).stdout
        found = re.search(rf"^{name}(?:{{.*}})? (\d+)$", shown, re.MULTILINE)
        return int(found[1]) if found else None

    try:
        ftp = frames_of(os.path.join(LAB, "ftp-on-21-419-2100.pcap"))
        cable.send(ftp)
        sensor.rest(least=1.5)
        # Nobody takes anything out of the ring, which is soon full.
        sensor.process.send_signal(signal.SIGSTOP)
        flood = ssh_session(1)[:1] * 40_000
        cable.send(flood)
        sensor.process.send_signal(signal.SIGCONT)
        sensor.rest(least=2.5)
        sent = len(ftp) + len(flood)
        taken, dropped = metric("offport_interface_packets_total"), metric("offport_interface_dropped_packets_total")
        recognised = metric("offport_flows_recognised_total")
        assert sensor.end() == 0, sensor.said()
        summary = sensor.written()[-1]
        assert dropped > 0 and taken == summary["packets"], (taken, dropped, summary)
        assert taken + dropped == sent, (taken, dropped, sent)
        assert recognised == summary["recognised"], (recognised, summary["recognised"])
    finally:
        sensor.clear()


TESTS = [a_user_without_rights, the_unit_of_systemd, what_systemd_is_told, detections_loaded_anew,
         records_that_are_rotated, numbers_that_agree]
__all__ = ["TESTS", "Missing"]
