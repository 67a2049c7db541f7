"""Picture files."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from idp.storage import pictures
from tests import given
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """Where they are."""
    pictures.use(tmp_path, "https://id.example.org")
    return tmp_path / "pictures"


def test_a_picture_is_found_by_a_name_that_nobody_guesses(folder: Path) -> None:
    one, other = pictures.keep(b"same", "png"), pictures.keep(b"same", "png")
    assert re.fullmatch(r"[0-9a-f]{32}\.png", one) and one != other
    assert pictures.read(one) == b"same"
    assert pictures.address(one) == f"https://id.example.org/pictures/{one}"
    assert folder.stat().st_mode & 0o077 == 0
    assert sorted(os.listdir(folder)) == sorted([one, other])


def test_a_removed_one_is_gone_and_removing_it_again_does_nothing(folder: Path) -> None:
    name = pictures.keep(b"x", "jpg")
    for _ in range(2):
        pictures.remove(name)
    pictures.remove(None)
    assert pictures.read(name) is None


@pytest.mark.parametrize(
    "name", ["", "..", "../foyer.sqlite", "a.jpg", "/etc/passwd", "0" * 32 + ".svg", "0" * 32 + ".jpg\n"]
)
def test_nothing_else_can_be_read_or_removed(folder: Path, name: str) -> None:
    (folder.parent / "foyer.sqlite").write_text("secret")
    assert pictures.read(name) is None
    pictures.remove(name)
    assert (folder.parent / "foyer.sqlite").exists()


def test_what_nobodys_row_names_is_swept_away_after_a_while(storage: None, folder: Path, clock: Clock) -> None:
    named, orphan, new = (pictures.keep(b"x", "jpg") for _ in range(3))
    given.user(picture=named)
    old = clock.now - pictures.LEFT_ALONE - 1
    for name in (named, orphan):
        os.utime(folder / name, (old, old))
    assert pictures.sweep(clock.now) == 1
    assert [pictures.read(name) is None for name in (named, orphan, new)] == [False, True, False]


def test_without_a_folder_there_is_nothing_to_sweep(storage: None, folder: Path) -> None:
    assert pictures.sweep(0) == 0
