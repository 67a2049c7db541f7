"""What a custom claim may be called, what it may hold, and how people write it."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from idp.custom_claims import rules
from idp.custom_claims.reserved import ACCOUNT, ANSWERS, PROTOCOL, READERS
from idp.custom_claims.rules import JSON, KINDS, NUMBER, TEXT, YES_NO

EVERY_KIND: dict[str, Any] = {
    "immich_role": "admin", "immich_quota": 50, "share": 0.5, "seerr_allowed": True, "sshpubkey": "ssh-ed25519 AAAA… ada@home",
    "abspermissions": {"canDownload": True, "allowedLibraries": ["a", "b"], "limits": {"books": 12}}, "vaultwarden_roles": ["user"],
    "https://example.org/claims/level": 3, "nothing": [],
}  # fmt: skip


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_each_kind_is_taken_as_it_is() -> None:
    assert rules.problems(EVERY_KIND) == {}


@pytest.mark.parametrize("name", [*PROTOCOL, *ACCOUNT, *ANSWERS, *READERS])
def test_a_name_that_means_something_already_is_refused_in_any_case(name: str) -> None:
    for written in (name, name.upper(), name.title()):
        (sentence,) = rules.problems({written: "x"}).values()
        assert written in sentence or "letter first" in sentence


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "1st", "_x", "__proto__", "é", "a\n", "<b>", 'a"b', "a'b", "a=b", "a[0]", "ｉｓｓ", "ı", "x" * 101, "a\0"]
)  # fmt: skip
def test_a_name_that_readers_could_stumble_over_is_refused(name: str) -> None:
    assert list(rules.problems({name: "x"})) == [f"claims.{name}"]


@pytest.mark.parametrize(
    ("value", "told"),
    [("", "no value"), ("   ", "no value"), (None, "null"), ({"a": None}, "null"), (float("nan"), "up to"), (float("inf"), "up to"),
     ([2**53], "up to"), (-(2**53), "up to"), (1e300, "up to"), ("a\nb", "line break"), ("a\0", "line break"), ("a\u202eb", "line break"),
     ({"a\x1b": 1}, "line break"), ("\ud800", "line break"), ({"__proto__": {"admin": True}}, "__proto__"),
     ([{"a": {"constructor": 1}}], "constructor"), (nested(21), "inside one another"), (nested(2_000), "inside one another"),
     ("x" * 4_095, "4096 bytes"), (["é" * 2_047], "4096 bytes"), (datetime.date(2026, 1, 1), "a text, a number"),
     ({"at": datetime.time(1)}, "a text, a number"), (b"x", "a text, a number")],
    ids=range(23),
)  # fmt: skip
def test_a_value_that_would_not_arrive_as_it_is_is_refused_with_its_reason(value: Any, told: str) -> None:
    (sentence,) = rules.problems({"level": value}).values()
    assert told in sentence


@pytest.mark.parametrize(
    "value", ["x" * 4_094, nested(20), 2**53 - 1, -(2**53 - 1), 0, False, "<script>", "=1+1", {}, "👋🏽"]
)
def test_what_is_odd_but_whole_is_taken(value: Any) -> None:
    assert rules.problems({"level": value}) == {}


def test_there_is_a_sentence_for_each_that_is_wrong() -> None:
    assert rules.problems({"sub": "x", "level": "", "fine": 1}).keys() == {"claims.sub", "claims.level"}


def test_names_that_differ_by_capital_letters_only_are_refused() -> None:
    assert list(rules.problems({"level": 1, "Level": 2})) == ["claims.Level"]


def test_number_and_size_of_all_of_them_have_a_bound() -> None:
    assert rules.problems({f"c{number}": 1 for number in range(50)}) == {}
    assert list(rules.problems({f"c{number}": 1 for number in range(51)})) == ["claims"]
    assert list(rules.problems({f"c{number}": "x" * 4_000 for number in range(3)})) == ["claims"]


@pytest.mark.parametrize("claims", [None, [], "x", 1])
def test_what_is_no_names_with_values_is_refused(claims: Any) -> None:
    assert list(rules.problems(claims)) == ["claims"]


@pytest.mark.parametrize("value", EVERY_KIND.values())
def test_a_value_in_a_field_is_read_back_as_the_same(value: Any) -> None:
    again = rules.read(rules.kind_of(value), rules.written(value))
    assert json.dumps(again) == json.dumps(value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [(TEXT, " 5 ", "5"), (TEXT, "true", "true"), (TEXT, '"x"', '"x"'), (NUMBER, "5", 5), (NUMBER, "-0.25", -0.25), (NUMBER, "1e3", 1_000),
     (NUMBER, "5.0", 5), (NUMBER, "-0.0", 0), (NUMBER, "9007199254740991", 2**53 - 1), (YES_NO, "Yes", True), (YES_NO, "false", False),
     (JSON, '{"a": [1, 2.0, true]}', {"a": [1, 2, True]}), (JSON, "7", 7), (JSON, '"x"', "x"), (JSON, "[]", [])],
)  # fmt: skip
def test_what_is_written_becomes_a_value_of_its_kind(kind: str, text: str, value: Any) -> None:
    found = rules.read(kind, text)
    assert (type(found), json.dumps(found)) == (type(value), json.dumps(value))


@pytest.mark.parametrize(
    ("kind", "text"),
    [(NUMBER, ""), (NUMBER, "five"), (NUMBER, "5 GB"), (NUMBER, "1,5"), (NUMBER, "NaN"), (NUMBER, "Infinity"), (NUMBER, "true"),
     (NUMBER, "[1]"), (NUMBER, "0x10"), (NUMBER, "9" * 5_000), (NUMBER, "٣"), (YES_NO, ""), (YES_NO, "maybe"), (YES_NO, "1"), (JSON, ""),
     (JSON, "{"), (JSON, "{'a': 1}"), (JSON, '{"a": 1, "a": 2}'), (JSON, "[NaN]"), (JSON, "[" * 21 + "]" * 21), (JSON, "[" * 9_999),
     ("", "x"), ("date", "x")],
    ids=range(23),
)  # fmt: skip
def test_what_is_not_of_its_kind_is_refused_with_a_sentence(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        rules.read(kind, text)


@pytest.mark.parametrize("text", ["12345678901234567890", "1e17"])
def test_a_number_that_would_be_rounded_is_never_kept(text: str) -> None:
    assert rules.problem("quota", rules.read(NUMBER, text)) is not None


@pytest.mark.parametrize("text", ["1e400", "-1e400"])
def test_a_number_too_large_to_be_one_is_refused_as_it_is_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Write a number"):
        rules.read(NUMBER, text)


def test_yes_and_one_are_different_values() -> None:
    assert rules.are_same({"a": 1, "b": [True]}, {"b": [True], "a": 1})
    assert not rules.are_same({"a": True}, {"a": 1})
    assert not rules.are_same(["a", "b"], ["b", "a"])


def test_the_kinds_are_told_apart() -> None:
    assert [rules.kind_of(value) for value in ("x", 1, True, [])] == list(KINDS)
    assert rules.kind_of(0.5) == NUMBER
