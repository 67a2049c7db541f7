"""Authenticators are found by lying in their folder, and each is whole: its module, its template, its test."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from idp import authenticators
from idp.app import template_folder
from idp.authenticators import password, recovery_code
from tests.server import ROOT


def test_the_first_authenticators_can_open_a_sign_in() -> None:
    assert password in authenticators.first()
    for module in authenticators.everything().values():
        assert module.__name__.rpartition(".")[2] == module.NAME
        assert callable(module.answers)
        assert callable(module.prove)


def test_what_only_stands_in_for_others_is_offered_last() -> None:
    assert authenticators.second()[-1] is recovery_code


def test_a_form_finds_who_answers_it() -> None:
    first = authenticators.first()
    assert authenticators.answering({"username": "a", "password": "b"}, first) is password
    assert authenticators.answering({"username": "a"}, first) is None
    assert authenticators.answering({}, first) is None


@pytest.mark.parametrize("kind", authenticators.everything().values(), ids=lambda kind: kind.NAME)
def test_every_kind_has_what_its_flags_promise(kind: ModuleType) -> None:
    wanted = {"answers", "prove"}
    wanted |= set() if kind is password else {"offers"}
    wanted |= {"draft", "invites", "confirm"} if kind.ENROLS else set()
    assert all(callable(getattr(kind, name)) for name in wanted)
    assert list((ROOT / "tests" / "authenticators").rglob(f"test_{kind.NAME}*.py"))


@pytest.mark.parametrize("kind", [each for each in authenticators.everything().values() if each is not password],
                         ids=lambda kind: kind.NAME)  # fmt: skip
def test_every_template_has_the_macros_that_pages_call(kind: ModuleType) -> None:
    text = (template_folder() / "authenticators" / f"{kind.NAME}.html").read_text()
    macros = set(re.findall(r"{%-? macro (\w+)\(", text))
    wanted = {"title"}
    wanted |= {"sign_in"} if kind.FIRST else set()
    wanted |= {"prove", "way"} if kind.SECOND else set()
    wanted |= {"enrol", "add", "about", "line"} if kind.ENROLS else set()
    wanted |= {"hindered"} if hasattr(kind, "obstacle") else set()
    assert wanted <= macros
