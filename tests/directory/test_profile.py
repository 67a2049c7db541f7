"""What people change about themselves."""

from __future__ import annotations

import pytest

from idp import activity
from idp.directory import profile
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid
from tests import given
from tests.conftest import Clock


def test_only_what_differs_is_changed_and_noted(storage: None, clock: Clock) -> None:
    ada = given.user(display_name="Ada")
    at = clock.forward(5)
    changed = profile.change(ada, Circumstances("192.0.2.1"), display_name="Ada", given_name="Ada", zoneinfo="")
    assert (changed.given_name, changed.zoneinfo, changed.updated_at) == ("Ada", None, at)
    (row,) = activity.rows(user="ada")
    assert (row.event, row.address, row.detail) == ("profile.changed", "192.0.2.1", {"fields": ["given_name"]})
    clock.forward(5)
    assert profile.change(changed, Circumstances(), given_name="Ada").updated_at == at
    assert len(list(activity.rows(user="ada"))) == 1


def test_what_is_emptied_is_forgotten(storage: None) -> None:
    ada = given.user(display_name="Ada", zoneinfo="Europe/London")
    changed = profile.change(ada, Circumstances(), display_name=" ", zoneinfo="")
    assert (changed.display_name, changed.zoneinfo, changed.shown_name) == (None, None, "ada")


@pytest.mark.parametrize(
    ("field", "value"),
    [("display_name", "x" * 101), ("given_name", "a\x00b"), ("family_name", "\ud800"), ("locale", "xx"),
     ("zoneinfo", "../../etc/passwd"), ("zoneinfo", "Mars/Olympus"), ("zoneinfo", "\ud800")],
)  # fmt: skip
def test_what_can_not_be_is_refused_with_a_sentence(storage: None, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        profile.change(given.user(), Circumstances(), **{field: value})
    assert refused.value.problems.keys() == {field}
