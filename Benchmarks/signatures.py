#!/usr/bin/env python3
"""Writes a pack of made-up protocols, to see what many plugins cost.

usage: signatures.py COUNT FOLDER

Each protocol has a signature of client and server and one example. The forms are those of real plugins: words at the
start, lines, masked bytes behind a length. No protocol's words are another's.
"""

import os
import random
import sys

PER_FILE = 500


def word(chance, length):
    return "".join(chance.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(length))


def protocol(number, chance):
    tag = word(chance, 3) + format(number, "04X")
    port = 20000 + number % 40000
    magic = [chance.randrange(256) for _ in range(3)] + list(number.to_bytes(3, "big"))
    spaced = " ".join(format(byte, "02x") for byte in magic)
    text = "".join(f"\\x{byte:02x}" for byte in magic)
    form = number % 4
    if form == 0:
        signature = f'tcp {{ client = starts "{tag} ", server = starts "+{tag}" }}'
        example = f'client = "{tag} 1\\r\\n", server = "+{tag} ready\\r\\n"'
    elif form == 1:
        signature = f'tcp {{ client = starts "{tag}/", server = line "{tag} " }}'
        example = f'client = "{tag}/1.0\\r\\n", server = "welcome\\r\\n{tag} ready\\r\\n"'
    elif form == 2:
        signature = f'tcp {{ client = bytes "?? ?? {spaced}", server = bytes "?? ?? {spaced} 01" }}'
        example = f'client = "\\x00\\x0a{text}\\x00\\x00", server = "\\x00\\x0a{text}\\x01\\x00"'
    else:
        signature = f'udp {{ client = bytes "{spaced} 0?", server = bytes "{spaced} 8?" }}'
        example = f'client = "{text}\\x01\\x00", server = "{text}\\x81\\x00"'
    return (
        f'protocol "made-up-{number}" {{\n  title = "Made up {number}",\n  category = "test",\n'
        f'  reference = "none",\n  ports = {{ "{port}/{"udp" if form == 3 else "tcp"}" }},\n'
        f"  {signature},\n  example {{ {example} }},\n}}\n"
    )


def write(count, folder):
    plugins = os.path.join(folder, "plugins")
    os.makedirs(plugins, exist_ok=True)
    with open(os.path.join(folder, "pack.lua"), "w") as file:
        file.write(
            'pack {\n  name = "bench/made-up",\n  version = "1.0.0",\n  title = "Made up",\n'
            '  description = "Made-up protocols to measure with.",\n  license = "Apache-2.0",\n}\n'
        )
    chance = random.Random(3)
    for first in range(0, count, PER_FILE):
        with open(os.path.join(plugins, f"made-up-{first // PER_FILE:03}.lua"), "w") as file:
            for number in range(first, min(count, first + PER_FILE)):
                file.write(protocol(number, chance))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write(int(sys.argv[1]), sys.argv[2])
