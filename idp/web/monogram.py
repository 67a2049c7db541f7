"""The tile that stands for an application without a logo: letters of its name, on a ground that is always the same one."""

from __future__ import annotations

import zlib

HUES = 12  # as many as foyer.css has


def letters(name: str) -> str:
    """One or two letters: the first ones of two words, or of one."""
    words = ["".join(filter(str.isalnum, word)) for word in name.partition(" (")[0].split()]
    words = [word for word in words if word] or [name.strip()[:1]]
    if len(words) == 1:
        return words[0][:1].upper() + words[0][1:2].lower()
    return (words[0][:1] + words[1][:1]).upper()


def hue(name: str) -> int:
    """The number of the ground, 0 to 11, the same wherever and whenever this name is shown."""
    return zlib.crc32(name.partition(" (")[0].strip().casefold().encode()) % HUES
