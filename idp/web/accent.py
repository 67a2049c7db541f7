"""The style sheet that gives pages the colour an administrator has chosen; what it says follows from its address alone.

So a process that hasn't heard of a new colour yet serves the right one, and everybody may keep what they have got.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from idp import colour
from idp.colour import at_lightness, contrast, moved, readable, text_on

PREFIX = "/accent/"
_PATH = re.compile(rf"{PREFIX}([0-9a-f]{{6}})\.css")
# The grounds of foyer.css on which links and buttons stand; a test reads them there.
LIGHT = ("#f2f4f1", "#ffffff", "#f4f6f3")
DARK = ("#111614", "#1a211e", "#131917")


def path(chosen: str) -> str:
    """Where the style sheet of a colour such as `#1c5f49` is."""
    return f"{PREFIX}{chosen.removeprefix('#')}.css"


@lru_cache(maxsize=16)
def address(chosen: str) -> str:
    """Its address, which changes with its content, too."""
    return f"{path(chosen)}?v={hashlib.sha256(sheet(chosen).encode()).hexdigest()[:12]}"


def named(path: str) -> str | None:
    """The colour that a path names."""
    found = _PATH.fullmatch(path)
    return f"#{found[1]}" if found else None


@lru_cache(maxsize=16)
def sheet(chosen: str) -> str:
    """The style sheet: the chosen colour, moved until everything can be read in the light and in the dark."""
    light, dark = properties(chosen, is_dark=False), properties(chosen, is_dark=True)
    return f":root {{{_said(light)}}}\n@media (prefers-color-scheme: dark) {{ :root {{{_said(dark)}}} }}\n"


def properties(chosen: str, *, is_dark: bool) -> dict[str, str]:
    """The custom properties of foyer.css that change."""
    grounds = DARK if is_dark else LIGHT
    tint = at_lightness(chosen, 0.32 if is_dark else 0.94, 0.3)
    accent = readable(chosen, *grounds, tint, darker=not is_dark)
    on_accent = text_on(accent, at_lightness(chosen, 0.2, 0.5))
    if contrast(on_accent, accent) < colour.TEXT:
        on_accent = text_on(accent, "#000000")
    hover = moved(accent, 0.06 if is_dark else -0.06)
    return {
        "accent": accent, "accent-hover": hover, "on-accent": on_accent, "link": accent, "tint": tint, "on-tint": accent,
    }  # fmt: skip


def _said(properties: dict[str, str]) -> str:
    return "".join(f" --{name}: {value};" for name, value in properties.items()) + " "
