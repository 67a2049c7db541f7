"""Which passwords are good enough."""

from __future__ import annotations

import unicodedata

import pytest

from idp.authenticators.password import rules

ADA = ["ada", "ada.lovelace@example.org", "Ada Lovelace", "foyer", "jellyfin"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "zufällige Wörter über Käse",
        "seventeen otters whistle",
        "длинный пароль из слов",
        "kJ3#vQ9!xR7@mW2$",
        "plover-cactus-mortar-dune",
        "word " * 3 + "mixed otter violin",
        "z" + "q7Lw2 " * 20,
        "😀🎻🦦🌵🧭🪁🛶🧵🪐🎺🧊🪴🥁🛷🦉",
        "otter violin plum kite " * 40,
    ],
)
def test_long_and_unpredictable_is_enough_whatever_it_is_made_of(password: str) -> None:
    assert rules.problem(password, ADA) is None


@pytest.mark.parametrize("password", ["", "short", "Tr0ub4dor&3", "a2#f9!kQx$Wm7z", "ä" * 14])
def test_a_short_one_is_told_how_long_it_is(password: str) -> None:
    problem = rules.problem(password)
    assert problem is not None
    assert "at least 15" in problem
    assert f"has {len(password)}" in problem


def test_characters_are_counted_as_people_see_them() -> None:
    fourteen = unicodedata.normalize("NFD", "äöüßéèêñçåøæœ!")
    assert len(fourteen) > 15
    problem = rules.problem(fourteen)
    assert problem is not None
    assert "has 14" in problem


@pytest.mark.parametrize("password", ["a1b2c3d4 " * 114, "ä" * 513, "😀" * 257])
def test_one_over_1024_bytes_is_refused(password: str) -> None:
    problem = rules.problem(password)
    assert problem is not None
    assert "1024 bytes" in problem


@pytest.mark.parametrize(
    "password",
    ["passwordpassword", "aaaaaaaaaaaaaaaaaaaa", "qwertyuiopasdfgh", "123456789012345678", "abcdefghijklmnopqrst",
     "111111111111111111", "password12345678"],
)  # fmt: skip
def test_one_that_everybody_tries_first_is_refused_with_a_reason(password: str) -> None:
    problem = rules.problem(password)
    assert problem is not None
    assert problem.startswith("This password is easy to guess.")


@pytest.mark.parametrize(
    "password",
    ["adalovelaceada1", "Ada Lovelace 1815", "lovelaceexampleorg", "jellyfin-jellyfin-jellyfin", "foyer-ada-lovelace-foyer",
     "ada.lovelace@example.org", "ADA-LOVELACE-2024", "a_d_a ada ada ada 99"],
)  # fmt: skip
def test_ones_own_names_make_no_password(password: str) -> None:
    assert rules.problem(password, ADA) is not None


def test_a_name_among_other_words_is_no_problem() -> None:
    assert rules.problem("ada plays the violin among seventeen otters", ADA) is None


@pytest.mark.parametrize("password", ["\ud800" * 20, "\0" * 20, "a\udfffb otter violin plum", "\u202e" * 30])
def test_text_that_cannot_be_typed_gets_an_answer_all_the_same(password: str) -> None:
    rules.problem(password, ADA)
    rules.strength(password, ADA)


@pytest.mark.parametrize("context", [[], ["", " ", "@", ".", "\ud800", "x" * 300]])
def test_odd_names_do_no_harm(context: list[str]) -> None:
    assert rules.problem("correct horse battery staple", context) is None


def test_strength_is_told_in_words() -> None:
    weak, strong = rules.strength("password"), rules.strength("correct horse battery staple")
    assert (weak.score, weak.label) == (0, "Very weak")
    assert weak.warning
    assert (strong.score, strong.label) == (4, "Very strong")
    assert rules.strength("").score == 0


def test_a_very_long_password_is_measured_without_delay() -> None:
    assert rules.strength("a" * 60_000).score <= 4


def test_what_would_keep_everybody_waiting_is_not_measured() -> None:
    head = "4@8({[<369&#!1/|0$5+7%2" * 2  # each of these may stand for several letters
    assert rules.strength(head[:40] + "a" * 60) == rules.strength(head[:40])
    assert rules.strength("a" * 40 + "correct horse battery staple").score == rules.strength("a" * 40).score == 0
