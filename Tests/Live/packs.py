"""What a team relies on that shares packs: a running sensor takes a new version, and never one that was tampered with."""

import os
import shutil
import signal
import subprocess
import tempfile

from stage import OFFPORT, Sensor, put, ssh_session, until

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

    def installed(self, words):
        """The plugin's file in the installed pack, the one with these words, and what it holds."""
        for folder, _, names in os.walk(self.path("users/packs")):
            if "odd.lua" in names:
                with open(os.path.join(folder, "odd.lua"), "rb") as file:
                    whole = file.read()
                if words in whole:
                    return file.name, whole
        raise AssertionError(f"no plugin with {words} is installed")

    def clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)


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
            found = f"10.8.0.{number}"

            def told():
                return [(r["host"], r["title"]) for r in sensor.written()
                        if r["kind"] == "finding" and r["rule"] == "acme-odd-ssh"]
            until(lambda: any(host == found for host, _ in told()))
            assert told()[-1:] == [(found, title)], (told(), sensor.said())

        try:
            meet(1, "first words")
            teams.release("1.1.0", "second words")
            ask()
            sensor.wait_for("loaded anew", times=1)
            meet(2, "second words")

            place, whole = teams.installed(b"second words")
            put(place, whole.replace(b"second words", b"evil words !"), beside=teams.folder)
            ask()
            sensor.wait_for("those loaded before run on", times=1)
            assert "acme/odd" in sensor.said() and "odd.lua" in sensor.said(), sensor.said()
            meet(3, "second words")

            # Put right again it loads, and the next version does.
            put(place, whole, beside=teams.folder)
            ask()
            sensor.wait_for("loaded anew", times=2)
            teams.release("1.2.0", "third words")
            ask()
            sensor.wait_for("loaded anew", times=3)
            meet(4, "third words")
            assert sensor.said().count("those loaded before run on") == 1, sensor.said()
            assert sensor.end() == 0, sensor.said()
        finally:
            sensor.clear()
            teams.clear()


TESTS = [a_signed_pack_that_changes]
__all__ = ["TESTS"]
