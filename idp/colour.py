"""Colours that can be read: one that somebody likes, made darker or lighter until the contrast is enough (WCAG 2.2 1.4.3)."""

from __future__ import annotations

import re
from functools import cache

TEXT = 4.5  # contrast of text to its ground, WCAG 2.2 1.4.3 (AA)
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_STEPS = 200  # of lightness that are tried; half a percent can't be seen

Lab = tuple[float, float, float]


def parse(typed: str) -> str | None:
    """A colour as people type it (`#1c5f49`, `1C5F49`, `#abc`) as `#rrggbb`; None where it is none."""
    found = _HEX.fullmatch(typed.strip())
    if found is None:
        return None
    digits = found[1].lower()
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@cache
def readable(colour: str, *grounds: str, darker: bool, least: float = TEXT) -> str:
    """The colour nearest to this one that has enough contrast to all the grounds, made darker, or lighter, as needed."""
    lightness, a, b = _lab(colour)
    for step in range(_STEPS + 1):
        part = step / _STEPS
        tried = lightness * (1 - part) if darker else lightness + (1 - lightness) * part
        # Far from its own lightness a colour has less room to be colourful.
        tried_colour = _hex(_within(tried, a, b))
        if all(contrast(tried_colour, ground) >= least for ground in grounds):
            return tried_colour
    return "#000000" if darker else "#ffffff"


def text_on(ground: str, dark: str, light: str = "#ffffff") -> str:
    """Which of two text colours is read better on this ground."""
    return max((light, dark), key=lambda text: contrast(text, ground))


@cache
def at_lightness(colour: str, lightness: float, colourfulness: float = 1.0) -> str:
    """The same hue, this light (0 black, 1 white in OKLab), with this part of its colourfulness."""
    _, a, b = _lab(colour)
    return _hex(_within(lightness, a * colourfulness, b * colourfulness))


def moved(colour: str, by: float) -> str:
    """The same hue, lighter by this much, or darker where that is negative."""
    lightness, a, b = _lab(colour)
    return _hex(_within(min(1.0, max(0.0, lightness + by)), a, b))


def _channels(colour: str) -> list[float]:
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(colour: str) -> Lab:
    """In OKLab (Ottosson 2020), where equal steps look equal and a hue stays what it is."""
    red, green, blue = _channels(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(lab: Lab) -> tuple[float, float, float]:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _within(lightness: float, a: float, b: float) -> Lab:
    """The most colourful one of this lightness and hue that screens can show."""
    for step in range(20, -1, -1):
        lab = (lightness, a * step / 20, b * step / 20)
        if all(-0.001 <= channel <= 1.001 for channel in _linear(lab)):
            return lab
    return (lightness, 0.0, 0.0)


def _hex(lab: Lab) -> str:
    made = "#"
    for channel in _linear(lab):
        value = min(1.0, max(0.0, channel))
        value = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
        made += f"{round(value * 255):02x}"
    return made
