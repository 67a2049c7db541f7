"""Looking up people and groups."""

from __future__ import annotations

import pytest

from idp.storage import users
from idp.storage.models import RetiredName
from tests import given


def test_people_are_found_by_name_address_and_sub(storage: None) -> None:
    ada = given.user("ada")
    assert users.by_name("ada") == users.by_email("ada@example.org") == users.by_sub(ada.sub) == ada


@pytest.mark.parametrize("text", ["", "Ada", "ada ", "ad", "%", "ada@example.org\0", "'; DROP TABLE users; --"])
def test_nobody_is_found_by_a_name_that_only_looks_like_theirs(storage: None, text: str) -> None:
    given.user("ada")
    assert users.by_name(text) is None
    assert users.by_email(text) is None
    assert users.by_sub(text) is None


def test_groups_come_sorted_and_with_their_number(storage: None) -> None:
    ada = given.user("ada", groups=["media", "family"])
    given.user("grace", groups=["family"])
    assert users.group_names(ada) == [group.name for group in users.groups(ada)] == ["family", "media"]
    assert [(group.name, count) for group, count in users.all_groups()] == [("family", 2), ("media", 1)]


def test_joining_and_leaving_count_once(storage: None) -> None:
    ada = given.user("ada", groups=["family"])
    group = users.group_by_name("family")
    assert group is not None
    assert not users.add_to_group(ada, group)
    assert users.remove_from_group(ada, group)
    assert not users.remove_from_group(ada, group)
    assert users.add_to_group(ada, group)


def test_administrators_are_those_who_can_act(storage: None) -> None:
    given.user("ada")
    given.user("gone", is_admin=True, disabled_at=1)
    root = given.user("root", is_admin=True)
    assert users.administrators() == [root]


def test_a_name_that_was_used_is_retired_with_its_person(storage: None) -> None:
    users.remove(given.user("ada"))
    assert users.by_name("ada") is None
    assert users.is_retired("ada")
    assert RetiredName.select().count() == 1


def test_missing_groups_are_named_in_order(storage: None) -> None:
    given.user("ada", groups=["family"])
    assert users.missing_groups(["x", "family", "a"]) == ["x", "a"]
    assert users.missing_groups([]) == []
