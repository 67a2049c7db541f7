"""Colours that can be read."""

from __future__ import annotations

import secrets

import pytest

from idp import colour


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("#1C5F49", "#1c5f49"), ("1c5f49", "#1c5f49"), (" #abc ", "#aabbcc"), ("#FFF", "#ffffff")],
)
def test_a_colour_is_read_as_people_type_it(typed: str, meant: str) -> None:
    assert colour.parse(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "#", "red", "#12345", "#1234567", "#12345g", "url(x)", "#fff;}", "#fff\n#000", "#١٢٣"]
)
def test_what_is_no_colour_is_none(typed: str) -> None:
    assert colour.parse(typed) is None


def test_contrast_is_that_of_the_recommendation() -> None:
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert colour.contrast("#767676", "#ffffff") == pytest.approx(
        4.54, abs=0.01
    )  # the well-known lightest grey on white


def test_what_can_be_read_already_stays_as_it_is() -> None:
    assert colour.readable("#1c5f49", "#ffffff", darker=True) == "#1c5f49"


def test_every_colour_can_be_made_readable_on_light_and_on_dark() -> None:
    for _ in range(100):
        chosen = f"#{secrets.token_hex(3)}"
        assert colour.contrast(colour.readable(chosen, "#ffffff", "#eeeeee", darker=True), "#eeeeee") >= colour.TEXT
        assert colour.contrast(colour.readable(chosen, "#101010", "#202020", darker=False), "#202020") >= colour.TEXT
