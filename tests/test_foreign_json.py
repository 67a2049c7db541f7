"""JSON from outside, however odd."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp import foreign_json
from idp.foreign_json import DEEPEST


def nested(depth: int, *, arrays: bool) -> str:
    return "[" * depth + "]" * depth if arrays else '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize("value", [{}, [], "x", 1, None, True, {"a": [{"b": []}]}, [[]], {"a": "[[[[" * 100}])
def test_a_value_comes_back(value: Any) -> None:
    assert foreign_json.read(json.dumps(value)) == value
    assert foreign_json.read(json.dumps(value).encode()) == value


@pytest.mark.parametrize("arrays", [True, False])
def test_twenty_levels_are_taken_and_no_more(arrays: bool) -> None:
    assert DEEPEST == 20
    foreign_json.read(nested(20, arrays=arrays))
    for depth in (21, 22, 500, 10_000, 30_000):
        with pytest.raises(ValueError, match="deep"):
            foreign_json.read(nested(depth, arrays=arrays))


def test_depth_counts_wherever_it_is() -> None:
    with pytest.raises(ValueError, match="deep"):
        foreign_json.read('{"a": 1, "b": [1, 2, ' + nested(19, arrays=True) + "]}")
    assert len(foreign_json.read("[" + ",".join([nested(19, arrays=True)] * 100) + "]")) == 100


def test_what_is_kept_names_each_member_once_and_has_no_number_that_is_none() -> None:
    assert foreign_json.read_exactly('{"a": [{"b": 1}, {"b": 2}]}') == {"a": [{"b": 1}, {"b": 2}]}
    for text in (
        '{"a": 1, "a": 1}',
        '[{"a": {"b": 1, "b": 2}}]',
        "NaN",
        "[Infinity]",
        "-Infinity",
        "[1e999]",
        '{"a": -1e999}',
        nested(21, arrays=True),
    ):
        with pytest.raises(ValueError):
            foreign_json.read_exactly(text)


@pytest.mark.parametrize(
    "text", ["", "{", "{'a': 1}", "[1,]", "nul", "{}{}", b"\xff\xfe{", b"\x80", "\ufeff{}", '"\x00"']
)
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        foreign_json.read(text)


@pytest.mark.parametrize("text", ["[]", "1", '"{}"', "null"])
def test_an_object_is_wanted_where_one_is_wanted(text: str) -> None:
    with pytest.raises(ValueError, match="object"):
        foreign_json.read_object(text)
    assert foreign_json.read_object('{"a": 1}') == {"a": 1}
