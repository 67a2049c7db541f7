"""Adding and removing groups, and who is in them."""

from __future__ import annotations

import pytest

from idp import activity
from idp.directory import groups
from idp.errors import Invalid, NotFound
from idp.storage import users
from tests import given


def test_a_group_is_added_once(storage: None) -> None:
    assert groups.add("family", "The family").display_name == "The family"
    with pytest.raises(Invalid, match="already"):
        groups.add("family")


def test_all_problems_are_told_at_once(storage: None) -> None:
    with pytest.raises(Invalid) as invalid:
        groups.add("a,b", "a\nb")
    assert invalid.value.problems.keys() == {"name", "display_name"}


def test_a_group_that_is_not_there_is_told_with_what_to_do(storage: None) -> None:
    with pytest.raises(NotFound, match="idp group list"):
        groups.get("family")


def test_joining_and_leaving_is_written_down_once(storage: None) -> None:
    ada, family = given.user("ada"), groups.add("family")
    assert groups.grant(family, ada)
    assert not groups.grant(family, ada)
    assert users.group_names(ada) == ["family"]
    assert groups.revoke(family, ada)
    assert not groups.revoke(family, ada)
    assert [row.event for row in activity.rows(user="ada")] == ["group.granted", "group.revoked"]


def test_a_group_that_an_application_is_limited_to_stays(storage: None) -> None:
    family = groups.add("family")
    client = given.client(allowed_groups=["family"])
    with pytest.raises(Invalid, match="The app"):
        groups.delete(family)
    client.delete_instance()
    groups.delete(family)
    assert users.group_by_name("family") is None


def test_people_stay_when_their_group_goes(storage: None) -> None:
    ada = given.user("ada", groups=["family"])
    groups.delete(groups.get("family"))
    assert users.group_names(ada) == []
