"""What a team relies on that shares packs: a running sensor takes a new version, and never one that was tampered with."""

import os
import shutil
import signal
import subprocess
import tempfile
import time

from stage import OFFPORT, Sensor, ssh_session

PACK = '''pack {{ name = "acme/odd", version = "{version}", title = "Odd SSH" }}
'''

# Its title says which version runs.
DETECTION = '''detect "acme-odd-ssh" {{
  title = "{title}", severity = "low",
  on = service "ssh",
  when = function(s) return s.port == 2022 end,
  example {{ port = 2022 }}, counterexample {{ port = 22 }},
}}
'''


class Teams:
    """Those who make a pack and those who use it, each with a home."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="offport-packs-")
        self.used = {"OFFPORT_HOME": self.path("users")}
        self.makers("pack", "keygen", "acme", "--no-password")
        with open(self.path("makers/keys/acme.pub")) as file:
            self.users("pack", "trust", "acme", file.read().split("\n")[1].strip())

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, home, *words):
        done = subprocess.run([OFFPORT, *words], env={**os.environ, "OFFPORT_HOME": self.path(home)}, cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, (words, done.stdout, done.stderr)

    def makers(self, *words):
        self.run("makers", *words)

    def users(self, *words):
        self.run("users", *words)

    def release(self, version, title):
        """A signed archive of a version that finds in these words; the users install it."""
        source = self.path(f"odd-{version}")
        os.makedirs(f"{source}/plugins")
        with open(f"{source}/pack.lua", "w") as file:
            file.write(PACK.format(version=version))
        with open(f"{source}/plugins/odd.lua", "w") as file:
            file.write(DETECTION.format(title=title))
        archive = f"{source}.tar.gz"
        self.makers("pack", "build", source, "-o", archive)
        self.makers("pack", "sign", archive, "--key", self.path("makers/keys/acme.key"))
        self.users("pack", "install", archive, "--yes")

    def installed(self):
        """The plugin's file in the installed pack."""
        found = [os.path.join(folder, "odd.lua") for folder, _, names in os.walk(self.path("users/packs"))
                 if "odd.lua" in names]
        return max(found, key=os.path.getmtime)

    def clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def said_times(sensor, words, count):
    """Waits until the sensor has said something so many times."""
    end = time.time() + 30
    while sensor.said().count(words) < count:
        assert time.time() < end, f"'{words}' was not said {count} times: {sensor.said()}"
        time.sleep(0.1)


def a_signed_pack_that_changes(cable):
    """A running sensor takes the new version of a signed pack; one that somebody changed is refused, named, and the old one
    runs on, whether it looks by itself or is asked."""
    for flags in (["--watch"], []):
        teams = Teams()
        teams.release("1.0.0", "first words")
        sensor = Sensor(cable, *flags, environment=teams.used)

        def ask():
            if not flags:
                sensor.process.send_signal(signal.SIGHUP)

        def meet(number, title):
            cable.send(ssh_session(number))
            time.sleep(0.7)
            told = [(r["host"], r["title"]) for r in sensor.written() if r["kind"] == "finding" and r["rule"] == "acme-odd-ssh"]
            assert told[-1:] == [(f"10.8.0.{number}", title)], (told, sensor.said())

        try:
            meet(1, "first words")
            teams.release("1.1.0", "second words")
            ask()
            said_times(sensor, "loaded anew", 1)
            meet(2, "second words")

            place = teams.installed()
            with open(place, "rb") as file:
                whole = file.read()
            assert b"second words" in whole, place
            with open(place, "wb") as file:
                file.write(whole.replace(b"second words", b"evil words !"))
            ask()
            said_times(sensor, "those loaded before run on", 1)
            assert "acme/odd" in sensor.said() and "odd.lua" in sensor.said(), sensor.said()
            meet(3, "second words")

            # Put right again it loads, and the next version does.
            with open(place, "wb") as file:
                file.write(whole)
            ask()
            said_times(sensor, "loaded anew", 2)
            teams.release("1.2.0", "third words")
            ask()
            said_times(sensor, "loaded anew", 3)
            meet(4, "third words")
            assert sensor.said().count("those loaded before run on") == 1, sensor.said()
            assert sensor.end() == 0, sensor.said()
        finally:
            sensor.clear()
            teams.clear()


TESTS = [a_signed_pack_that_changes]
__all__ = ["TESTS"]
