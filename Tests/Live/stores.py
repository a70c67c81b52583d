"""What a store must outlive: being killed while it is written, a disk that cannot be written, two who want to write."""

import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

from faults import FullDisk
from stage import CAMPUS, OFFPORT, ROOT, Sensor, SyslogServer, findings, put, ssh_session, until

KILLS = int(os.environ.get("OFFPORT_LIVE_KILLS", "100"))


def offport(*words):
    done = subprocess.run([OFFPORT, *words], cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def facts(store):
    """What is committed: sessions by capture that was read to its end, and whether the file is whole."""
    base = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        whole = base.execute("PRAGMA integrity_check").fetchone()[0]
        rows = base.execute("""SELECT k.name, (SELECT count(*) FROM sessions s WHERE s.capture = k.id)
            FROM captures k WHERE k.state = 'complete'""").fetchall()
        return whole, dict(rows)
    finally:
        base.close()


def killed_while_it_stores(_):
    """Killed at any moment, a store opens, is whole, keeps what was complete, and the next run goes on."""
    folder = tempfile.mkdtemp(prefix="offport-stores-")
    dice = random.Random(1)
    try:
        weeks = os.path.join(folder, "weeks")
        subprocess.run([sys.executable, os.path.join(ROOT, "examples/investigation/weeks.py"), weeks], check=True)
        words = [OFFPORT, "run", "-r", weeks, "-r", CAMPUS, "--policy", "examples/investigation/site.lua", "--quiet",
                 "--store"]
        begin = time.monotonic()
        subprocess.run([*words, os.path.join(folder, "whole.db")], cwd=ROOT, check=True, capture_output=True)
        lasts = time.monotonic() - begin
        wanted = facts(os.path.join(folder, "whole.db"))[1]
        store, rounds, cut = os.path.join(folder, "store-0.db"), 0, 0
        known = {}
        for _ in range(KILLS):
            run = subprocess.Popen([*words, store], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0, lasts))
            run.kill()
            # How long a run takes depends on the machine, and what else it does now: most are to be killed.
            was_cut = run.wait() != 0
            cut += was_cut
            lasts *= 1.03 if was_cut else 0.9
            if not os.path.exists(store):
                continue
            code, _, errors = offport("services", "--store", store, "--format", "csv")
            if not known and code == 1 and "nothing is in this file" in errors:
                # Killed between the making of the file and that of its tables: the next run makes them.
                continue
            assert code == 0, f"the store does not open: {errors}"
            whole, complete = facts(store)
            assert whole == "ok", whole
            for name, count in known.items():
                assert complete.get(name) == count, f"{name}: {count} sessions were committed, {complete.get(name)} are there"
            assert all(wanted[name] == count for name, count in complete.items()), complete
            known = complete
            if len(complete) == len(wanted):
                rounds += 1
                store, known = os.path.join(folder, f"store-{rounds}.db"), {}
        assert cut >= KILLS // 3, f"only {cut} of {KILLS} runs were killed"
        done = subprocess.run([*words, store], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert facts(store)[1] == wanted
        for question in (["services"], ["clients-of", "10.40.3.77:49152"], ["assets", "show", "rogue-ftp"]):
            answers = [offport(*question, "--store", path, "--format", "csv")
                       for path in (store, os.path.join(folder, "whole.db"))]
            assert answers[0] == answers[1] and answers[0][0] == 0, answers
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def a_disk_that_cannot_be_written(_):
    """From a disk that is read-only questions are answered; whoever wants to write there is told, in plain words."""
    with FullDisk(megabytes=64) as small:
        disk = small.path
        store = os.path.join(disk, "a.db")
        assert offport("run", "-r", CAMPUS, "--store", store, "--quiet")[0] == 0
        before = offport("services", "--store", store)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert offport("services", "--store", store) == before and before[0] == 0
        code, _, errors = offport("run", "-r", CAMPUS, "--store", store, "--quiet")
        assert code == 1 and "read-only" in errors and "--store" in errors, errors
        code, _, errors = offport("run", "-r", CAMPUS, "--store", os.path.join(disk, "new.db"), "--quiet")
        assert code == 1 and "cannot be made" in errors, errors
        code, _, errors = offport("findings", "ack", "1", "--store", store)
        assert code == 1 and "read-only" in errors, errors


def has_locked(process, path):
    """Whether a process has this file locked, asked of the system: to try it ourselves could take the lock away."""
    for descriptor in os.listdir(f"/proc/{process}/fd"):
        try:
            if os.readlink(f"/proc/{process}/fd/{descriptor}") == path:
                with open(f"/proc/{process}/fdinfo/{descriptor}") as file:
                    if any(line.startswith("lock:") and "FLOCK" in line for line in file):
                        return True
        except FileNotFoundError:
            pass  # closed meanwhile
    return False


def two_who_want_to_write(_):
    """While one run writes a store, another is told so and ends; questions are answered meanwhile."""
    folder = tempfile.mkdtemp(prefix="offport-stores-")
    try:
        store = os.path.join(folder, "a.db")
        assert offport("run", "-r", CAMPUS, "--store", store, "--quiet")[0] == 0
        # It waits for its input, with the store open.
        first = subprocess.Popen([OFFPORT, "run", "-r", "-", "--store", store, "--quiet"], cwd=ROOT,
                                 stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            # Only then the other one comes: who is first would be a matter of luck.
            lock = os.path.realpath(store + "-lock")
            assert until(lambda: has_locked(first.pid, lock)), "the first run never took the store"
            code, _, errors = offport("run", "-r", CAMPUS, "--store", store, "--quiet")
            assert code == 1 and "another run is writing to this store" in errors, errors
            assert offport("services", "--store", store)[0] == 0
        finally:
            with open(CAMPUS, "rb") as capture:
                first.communicate(capture.read(), timeout=60)
        assert first.returncode == 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def a_service_that_joins_a_list(cable):
    """Who joins an asset list is told once, as an alert and as a record, also over a restart; a policy that changes while
    the sensor runs sorts anew."""
    folder = tempfile.mkdtemp(prefix="offport-stores-")
    policy = os.path.join(folder, "site.lua")
    with SyslogServer(cable.far) as server:
        def write(condition):
            put(policy, f'receiver "soc" {{ syslog = "tcp://127.0.0.1:{server.port}", format = "json" }}\n'
                        'alert { on = assets "away", to = "soc" }\n'
                        f'assets "away" {{ where = function(s) return {condition} end }}\n')
        write('s.protocol == "ssh" and s.port ~= 22 and s.host ~= "10.8.0.1"')
        flags = ["--policy", policy, "--state", os.path.join(folder, "state")]
        sensor = Sensor(cable, *flags)
        try:
            for number in range(2):
                cable.send(ssh_session(number))
            server.wait_for(1)
            time.sleep(2.5)
            assert [(r["kind"], r["list"], r["change"], r["host"]) for r in server.findings_and_more()] \
                == [("asset", "away", "joined", "10.8.0.0")], server.records
            # The other one belongs to it, too, and the first one does no longer.
            write('s.protocol == "ssh" and s.host ~= "10.8.0.0"')
            sensor.process.send_signal(signal.SIGHUP)
            server.wait_for(3)
            assert sorted((r["change"], r["host"]) for r in server.records[1:]) \
                == [("joined", "10.8.0.1"), ("left", "10.8.0.0")], server.records
            assert sensor.end() == 0, sensor.said()
            assert sum(r["kind"] == "asset" for r in sensor.written()) == 3
            sensor.clear()
            sensor = Sensor(cable, *flags)
            for number in range(2):
                cable.send(ssh_session(number))
            time.sleep(3)
            assert sensor.end() == 0, sensor.said()
            assert len(server.findings_and_more()) == 3, server.records
            store = os.path.join(folder, "state", "offport.db")
            _, out, _ = offport("assets", "history", "away", "--store", store, "--format", "csv")
            rows = [line.split(",") for line in out.splitlines()[1:]]
            assert [(row[2], row[-1] != "") for row in rows] == [("10.8.0.0", True), ("10.8.0.1", False)], out
        finally:
            sensor.clear()
            shutil.rmtree(folder, ignore_errors=True)


def a_finding_that_comes_again(cable):
    """A service whose allowance is revoked is found at once, and told; a finding that was closed is open again as soon as
    its service is used again. All in one run of a sensor."""
    folder = tempfile.mkdtemp(prefix="offport-stores-")
    policy = os.path.join(folder, "site.lua")
    store = os.path.join(folder, "offport.db")

    def kept():
        _, out, _ = offport("findings", "--store", store, "--format", "json")
        return [json.loads(line) for line in out.splitlines()]

    with SyslogServer(cable.far) as server:
        alert = (f'receiver "soc" {{ syslog = "tcp://127.0.0.1:{server.port}", format = "json" }}\n'
                 'alert { on = finding, to = "soc" }\n')
        put(policy, alert + 'allow "ssh" { on = "2022/tcp", name = "second door" }\n')
        sensor = Sensor(cable, "--policy", policy, "--state", os.path.join(folder, "state"), "--store", store)
        try:
            cable.send(ssh_session(0))
            sensor.rest()
            assert findings(sensor.written()) == [], sensor.written()
            put(policy, alert)
            sensor.process.send_signal(signal.SIGHUP)
            server.wait_for(1)
            assert [f[:4] for f in server.findings()] == [("off-port", "10.8.0.0", 2022, "ssh")], server.records
            assert until(kept), sensor.said()
            found = kept()[0]
            assert found["state"] == "open" and "client" not in found and found["times"] == 1, found
            assert offport("findings", "close", str(found["id"]), "--store", store, "--note", "gone")[0] == 0
            time.sleep(2.5)
            assert kept()[0]["state"] == "closed", kept()
            # Another session: the client has another port.
            ports = struct.pack(">H", 40000), struct.pack(">H", 50000)
            cable.send([f[:34] + f[34:38].replace(*ports) + f[38:] for f in ssh_session(0)])
            assert until(lambda: kept()[0]["state"] == "open"), kept()
            again = kept()[0]
            assert again["last_time"] > found["last_time"] and again["times"] == 1 and "note" not in again, again
            assert sensor.end() == 0, sensor.said()
            assert len(findings(sensor.written())) == 1, sensor.written()
        finally:
            sensor.clear()
            shutil.rmtree(folder, ignore_errors=True)


TESTS = [a_service_that_joins_a_list, a_finding_that_comes_again, killed_while_it_stores, a_disk_that_cannot_be_written, two_who_want_to_write]
