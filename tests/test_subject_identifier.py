"""By what identifier an application knows a person (OIDC Core 8, OP-CHECKLIST 93, RELYING-PARTIES 31)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from idp import subject_identifier as subjects
from idp.storage import remembered, settings
from idp.storage.models import Client, Setting, User
from idp.subject_identifier import subject_identifier
from tests import given

PAIRWISE: dict[str, Any] = {"subject_type": "pairwise"}


@pytest.fixture
def ada(storage: None) -> User:
    return given.user("ada")


def app(client_id: str, host: str, **fields: Any) -> Client:
    return given.client(client_id, redirect_uris=[f"https://{host}/{client_id}/callback"], **fields)


def test_a_public_subject_is_the_same_everywhere(ada: User) -> None:
    told = {subject_identifier(ada, app(f"app{host}", f"{host}.example.org")) for host in "abc"}
    assert told == {ada.sub}


def test_applications_of_one_sector_know_a_person_by_one_subject_and_others_by_another(ada: User) -> None:
    first = subject_identifier(ada, app("first", "media.example.org", **PAIRWISE))
    second = subject_identifier(ada, app("second", "media.example.org", **PAIRWISE))
    elsewhere = subject_identifier(ada, app("third", "cloud.example.org", **PAIRWISE))
    assert first == second
    assert len({first, elsewhere, ada.sub}) == 3


def test_the_sector_is_what_the_sector_identifier_uri_says(ada: User) -> None:
    uri = "https://media.example.org/redirect-uris.json"
    moved = app("first", "app.example.net", sector_identifier_uri=uri, **PAIRWISE)
    assert subject_identifier(ada, moved) == subject_identifier(ada, app("second", "media.example.org", **PAIRWISE))


def test_two_people_never_share_a_subject(ada: User) -> None:
    client = app("first", "media.example.org", **PAIRWISE)
    assert (
        len({subject_identifier(given.user(name), client) for name in ("grace", "joan", "mary")} | {"", ada.sub}) == 5
    )


def test_no_two_pairs_of_sector_and_person_make_one_subject(storage: None) -> None:
    """SECURITY.md M22: without something between them, ('1', 'rp.example.com') and ('m1', 'rp.example.co') would."""
    short, long = given.user("short", sub="1"), given.user("long", sub="m1")
    to_short = subject_identifier(short, app("first", "rp.example.com", **PAIRWISE))
    to_long = subject_identifier(long, app("second", "rp.example.co", **PAIRWISE))
    assert to_short != to_long


def test_every_application_takes_a_subject_as_it_is(ada: User) -> None:
    """RELYING-PARTIES 31: at most 50 characters, none of them a colon, a slash or a blank."""
    for fields in ({}, PAIRWISE, {"subject_source": "username"}, {"subject_source": "email"}):
        told = subject_identifier(ada, app(f"app-{len(str(fields))}", "media.example.org", **fields))
        assert re.fullmatch(r"[^\s:/]{1,50}", told)


def test_an_application_may_know_people_by_their_name_or_their_address(ada: User) -> None:
    assert subject_identifier(ada, app("first", "a.example.org", subject_source="username")) == "ada"
    assert subject_identifier(ada, app("second", "a.example.org", subject_source="email")) == "ada@example.org"


@pytest.mark.parametrize("address", [{"email": None}, {"email": "grace@example.org", "email_verified": False}], ids=str)
def test_who_has_no_checked_address_is_nobody_to_an_application_that_knows_people_by_it(
    storage: None, address: dict[str, Any]
) -> None:
    grace = given.user("grace", **address)
    client = app("first", "a.example.org", subject_source="email")
    assert not subjects.is_known(grace, client)
    assert subject_identifier(grace, client) == grace.sub


def test_the_salt_is_read_once_for_many_subjects(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app("first", "media.example.org", **PAIRWISE)
    before = subject_identifier(ada, client)
    monkeypatch.setattr(settings, "secret", None)
    assert subject_identifier(ada, client) == before


def test_another_salt_is_felt_without_a_restart(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup that was restored beside a running server brings its own."""
    monkeypatch.setattr(remembered, "LOOK_EVERY", 0.0)
    client = app("first", "media.example.org", **PAIRWISE)
    before = subject_identifier(ada, client)
    Setting.update(value="the salt of the backup").where(Setting.name == "pairwise_subjects").execute()
    assert subject_identifier(ada, client) != before


@pytest.mark.parametrize(
    ("uris", "sector"),
    [(["https://a.example/x", "https://a.example:8443/y"], "a.example"), (["https://a.example/x", "https://b.example/x"], None),
     (["app.example:/x"], None), (["com.example.app://a.example/x"], None), ([], None),
     (["https://a.example/x", "com.example.app://a.example/x"], None), (["https://A.Example/x"], "a.example")],
)  # fmt: skip
def test_the_sector_is_the_one_host_of_the_redirect_uris(uris: list[str], sector: str | None) -> None:
    assert subjects.sector(None, uris) == sector
