"""Who is told which custom claims, and from where each comes."""

from __future__ import annotations

from typing import Any

import pytest

from idp import opaque
from idp.custom_claims import sources
from idp.storage import access_tokens, grants, refresh_tokens, statement
from idp.storage.models import Client, Group, User
from tests import given

OF_CLIENT, OF_GROUP, OF_PERSON = {"application": 1}, {"group": 2}, {"person": 3}


def household(*, client: Any = None, groups: dict[str, Any] | None = None, person: Any = None) -> tuple[User, Client]:
    """Ada in groups with these claims, with claims of her own, and an application with its own."""
    ada = given.user(claims=person or {}, groups=groups or {})
    for name, claims in (groups or {}).items():
        Group.update(claims=claims).where(Group.name == name).execute()
    return ada, given.client(claims=client or {})


def told(ada: User, app: Client, *, about_person: bool = True, **asked: Any) -> dict[str, Any]:
    return sources.told(ada, app, **{"of_client": True, "about_person": about_person, **asked})


@pytest.mark.parametrize(
    ("client", "groups", "person", "value", "of", "group"),
    [
        ("a", {}, None, "a", "application", None),
        (None, {"family": "b"}, None, "b", "group", "family"),
        (None, {}, "c", "c", "person", None),
        ("a", {"family": "b"}, None, "b", "group", "family"),
        ("a", {}, "c", "c", "person", None),
        ("a", {"family": "b"}, "c", "c", "person", None),
        (None, {"media": "m", "family": "f"}, None, "f", "group", "family"),
        (None, {"Zoo": "z", "apes": "a"}, None, "a", "group", "apes"),
        (None, {"b": "b", "B": "B"}, None, "B", "group", "B"),
        ("a", {"x": False, "y": True}, None, False, "group", "x"),
        ("a", {}, 0, 0, "person", None),
    ],
)  # fmt: skip
def test_the_person_counts_before_a_group_and_a_group_before_the_application(
    storage: None, client: Any, groups: dict[str, Any], person: Any, value: Any, of: str, group: str | None
) -> None:
    def bag(each: Any) -> dict[str, Any]:
        return {} if each is None else {"level": each}

    ada, app = household(
        client=bag(client), groups={name: bag(each) for name, each in groups.items()}, person=bag(person)
    )
    (found,) = sources.found(ada, app, of_client=True, about_person=True).values()
    assert (found.value, found.of, found.group) == (value, of, group)


def test_claims_of_all_sources_come_together(storage: None) -> None:
    ada, app = household(client=OF_CLIENT, groups={"family": OF_GROUP}, person=OF_PERSON)
    assert told(ada, app) == OF_CLIENT | OF_GROUP | OF_PERSON
    assert told(given.user("grace"), app) == OF_CLIENT
    assert told(ada, given.client("other")) == OF_GROUP | OF_PERSON


def test_without_the_scope_only_the_applications_own_and_those_asked_for_are_told(storage: None) -> None:
    ada, app = household(client=OF_CLIENT, groups={"family": OF_GROUP}, person=OF_PERSON | {"application": 9})
    assert told(ada, app, about_person=False) == OF_CLIENT
    assert told(ada, app, about_person=False, named=["group", "nothing"]) == OF_CLIENT | OF_GROUP
    assert told(ada, app, about_person=False, of_client=False, named=["person"]) == OF_PERSON


def test_a_client_that_may_not_ask_for_the_scope_gets_nothing_about_people_by_name(storage: None) -> None:
    ada, _app = household(person=OF_PERSON | {"application": 9})
    app = given.client("narrow", scopes=["openid"], claims=OF_CLIENT)
    assert told(ada, app, about_person=False, of_client=False, named=["person", "application"]) == OF_CLIENT


@pytest.mark.parametrize("name", ["sub", "iss", "email", "groups", "attributes", "EMAIL", "exp"])
def test_a_reserved_name_that_came_into_the_tables_some_other_way_is_never_told(storage: None, name: str) -> None:
    ada, app = household(client={name: 1}, groups={"family": {name: 2}}, person={name: 3})
    assert told(ada, app) == {}


def test_one_look_at_the_groups_is_enough_for_names_and_claims(storage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, app = household(groups={"family": OF_GROUP, "media": {}})
    asked: list[str] = []
    monkeypatch.setattr(statement, "execute", _counting(statement.execute, asked))
    assert told(ada, app) == OF_GROUP
    assert [name for name, _claims in sources.groups(ada)] == ["family", "media"]
    assert len(asked) == 1


@pytest.mark.parametrize("groups", [{}, {"family": {}}])
def test_who_has_none_costs_no_look_where_a_token_was_looked_up(
    storage: None, monkeypatch: pytest.MonkeyPatch, groups: dict[str, Any]
) -> None:
    household(groups={"others": OF_GROUP})
    grace = given.user("grace", groups=groups)
    app = given.client("app2", claims=OF_CLIENT)
    grant = given.grant(grace, app)
    code, access, refresh = given.code(grant), given.access_token(grant), given.refresh_token(grant)
    by_code, by_token = (
        grants.find_by_code(opaque.digest(code)),
        access_tokens.find_alive_of_person(opaque.digest(access), grant.created_at),
    )
    by_refresh = refresh_tokens.find(opaque.digest(refresh))
    assert by_code and by_token and by_refresh
    asked: list[str] = []
    monkeypatch.setattr(statement, "execute", _counting(statement.execute, asked))
    for person in (by_code[1], by_token[2], by_refresh[2]):
        assert person.has_group_claims is False
        assert told(person, app) == OF_CLIENT
    assert asked == []


def test_who_is_in_a_group_with_claims_is_known_from_the_same_look(storage: None) -> None:
    ada, app = household(groups={"family": OF_GROUP, "media": {}})
    grant = given.grant(ada, app)
    found = grants.find_by_code(opaque.digest(given.code(grant)))
    assert found is not None
    assert found[1].has_group_claims is True
    assert told(found[1], app) == OF_GROUP


def _counting(real: Any, asked: list[str]) -> Any:
    def execute(sql: str, parameters: Any) -> Any:
        asked.append(sql)
        return real(sql, parameters)

    return execute
