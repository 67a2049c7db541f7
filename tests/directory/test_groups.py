"""Adding and removing groups, and who is in them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from idp import activity
from idp.directory import groups
from idp.errors import Invalid, NotFound
from idp.storage import database, users
from tests import given


def test_a_group_is_added_once(storage: None) -> None:
    assert groups.add("family", "The family").display_name == "The family"
    with pytest.raises(Invalid, match="already"):
        groups.add("family")


@pytest.mark.parametrize("name", ["Family", "FAMILY", "cafe\u0301", "CAF\xc9"], ids=ascii)
def test_a_group_that_applications_would_take_for_another_one_is_refused_with_that_one(
    storage: None, name: str
) -> None:
    for there in ("family", "caf\xe9"):
        groups.add(there)
    with pytest.raises(
        Invalid, match=f"There is a group named (family|caf\xe9) already. Many applications take {name}"
    ):
        groups.add(name)
    assert groups.add("families").name == "families"


def test_of_two_that_add_one_group_at_once_one_does(storage: None) -> None:
    def add(name: str) -> str:
        try:
            return groups.add(name).name
        except Invalid:
            return "refused"
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(add, ["family", "Family", "FAMILY", "faMily"]))
    assert told.count("refused") == 3
    assert len(users.all_groups()) == 1


def test_groups_of_before_that_are_called_alike_go_on(storage: None) -> None:
    given.user("ada", groups=["family", "Family"])
    assert groups.change(groups.get("Family"), display_name="The other").display_name == "The other"


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
