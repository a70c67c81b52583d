"""What a store must outlive: being killed while it is written, a disk that cannot be written, two who want to write."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from stage import CAMPUS, OFFPORT, ROOT

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
            cut += run.wait() != 0
            if not os.path.exists(store):
                continue
            code, _, errors = offport("services", "--store", store, "--format", "csv")
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
    folder = tempfile.mkdtemp(prefix="offport-stores-")
    disk = os.path.join(folder, "disk")
    os.mkdir(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], check=True)
    try:
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
    finally:
        subprocess.run(["umount", disk])
        shutil.rmtree(folder, ignore_errors=True)


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
            for _ in range(100):
                code, _, errors = offport("run", "-r", CAMPUS, "--store", store, "--quiet")
                if code != 0:
                    break
                time.sleep(0.05)
            assert code == 1 and "another run is writing to this store" in errors, errors
            assert offport("services", "--store", store)[0] == 0
        finally:
            with open(CAMPUS, "rb") as capture:
                first.communicate(capture.read(), timeout=60)
        assert first.returncode == 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


TESTS = [killed_while_it_stores, a_disk_that_cannot_be_written, two_who_want_to_write]
