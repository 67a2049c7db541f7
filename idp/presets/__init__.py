"""What is known about applications: a file each, found by lying here, read when somebody asks."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from idp.errors import NotFound
from idp.presets.preset import Preset
from idp.presets.schema import read

_FOLDER = Path(__file__).parent
WITHOUT_PRESET = {False: "generic-web", True: "generic-spa"}  # by whether the client is public


@cache
def ids() -> tuple[str, ...]:
    """The names of all presets, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def _read(preset_id: str) -> Preset:
    return read(preset_id, tomllib.loads((_FOLDER / f"{preset_id}.toml").read_text(encoding="utf-8")))


def get(preset_id: str) -> Preset:
    """The preset with this name; raises NotFound."""
    if preset_id not in ids():  # a list of our own: no path is ever made from somebody's text
        raise NotFound(missing(preset_id))
    return _read(preset_id)


def missing(preset_id: str) -> str:
    """What is said of a name that no preset has, with those that it is a part of."""
    part = preset_id.strip().casefold()
    meant = sorted(
        (each for each in ids() if part and part in each), key=lambda each: (not each.startswith(part), each)
    )
    advice = f"Did you mean {', '.join(meant)}?" if meant else "Search with: idp client presets WORD"
    return f"There is no preset named {preset_id!r}. {advice}"


def search(words: str = "") -> list[Preset]:
    """The presets in whose names or category all the words occur, sorted by what people call the application."""
    wanted = words.casefold().split()
    found = [
        preset
        for preset in map(_read, ids())
        if all(word in " ".join((preset.id, preset.name, preset.category, *preset.also)).casefold() for word in wanted)
    ]
    return sorted(found, key=lambda preset: (preset.category == "generic", preset.name.casefold()))


def of_client(preset_id: str | None, *, public: bool) -> Preset:
    """The preset that a client was made from; the general one if it had none, or one that has gone since."""
    return _read(preset_id if preset_id in ids() else WITHOUT_PRESET[public])
