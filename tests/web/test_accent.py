"""The style sheet of a chosen colour, and the tiles with letters."""

from __future__ import annotations

import re
import secrets

import pytest

from idp import colour
from idp.web import accent, monogram
from idp.web.admin.settings.page import USUAL_ACCENT
from idp.web.documents import STATIC

CSS = (STATIC / "foyer.css").read_text(encoding="utf-8")
HALVES = {False: CSS.split("prefers-color-scheme: dark", 1)[0], True: CSS.split("prefers-color-scheme: dark", 1)[1]}


def usual(name: str, *, is_dark: bool) -> str:
    """A custom property of foyer.css."""
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", HALVES[is_dark])
    assert found
    return found[1]


@pytest.mark.parametrize("is_dark", [False, True])
def test_it_knows_the_grounds_of_the_pages(is_dark: bool) -> None:
    grounds = tuple(usual(name, is_dark=is_dark) for name in ("page", "surface", "sunken"))
    assert grounds == (accent.DARK if is_dark else accent.LIGHT)


def test_the_form_shows_the_usual_colour_while_none_is_chosen() -> None:
    assert usual("accent", is_dark=False) == USUAL_ACCENT


@pytest.mark.parametrize("is_dark", [False, True])
def test_whatever_is_chosen_can_be_read(is_dark: bool) -> None:
    for chosen in [
        "#ffffff",
        "#000000",
        "#ffff00",
        "#ff0000",
        "#0000ff",
        *(f"#{secrets.token_hex(3)}" for _ in range(60)),
    ]:
        made = accent.properties(chosen, is_dark=is_dark)
        for ground in (*(accent.DARK if is_dark else accent.LIGHT), made["tint"]):
            assert colour.contrast(made["link"], ground) >= colour.TEXT, (chosen, made)
        assert colour.contrast(made["on-tint"], made["tint"]) >= colour.TEXT, (chosen, made)
        for button in ("accent", "accent-hover"):
            assert colour.contrast(made["on-accent"], made[button]) >= colour.TEXT, (chosen, made)


def test_the_sheet_changes_nothing_but_properties_that_there_are() -> None:
    for name in re.findall(r"--([a-z-]+):", accent.sheet("#336699")):
        assert f"--{name}:" in CSS


@pytest.mark.parametrize(
    "path", ["/accent/", "/accent/red.css", "/accent/1C5F49.css", "/accent/1c5f49", "/accent/1c5f49.css/x"]
)
def test_only_a_colour_is_an_address(path: str) -> None:
    assert accent.named(path) is None
    assert accent.named(accent.path("#1c5f49")) == "#1c5f49"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Jellyfin", "Je"), ("Home Assistant", "HA"), ("home assistant cloud", "HA"), ("x", "X"), ("Wiki.js", "Wi"),
     ("OpenCloud (web)", "Op"), ("★", "★"), ("Ärzte ohne", "ÄO"), ("<b>x</b>", "Bx"), ("日本", "日本")],
)  # fmt: skip
def test_letters_stand_for_a_name(name: str, letters: str) -> None:
    assert monogram.letters(name) == letters


def test_the_ground_of_a_tile_belongs_to_the_name() -> None:
    assert monogram.hue("Jellyfin") == monogram.hue(" jellyfin ")
    assert len({monogram.hue(secrets.token_hex(4)) for _ in range(500)}) == monogram.HUES


@pytest.mark.parametrize("is_dark", [False, True])
def test_the_letters_on_every_tile_can_be_read(is_dark: bool) -> None:
    halves = CSS.partition("/* Grounds of tiles")[2].split("prefers-color-scheme: dark")
    found = re.findall(r"\.hue-(\d+) \{ --tile: (\S+); --on-tile: (\S+); \}", halves[is_dark])
    assert [int(number) for number, *_ in found] == list(range(monogram.HUES))
    for number, tile, on_tile in found:
        assert colour.contrast(tile, on_tile) >= colour.TEXT, number
