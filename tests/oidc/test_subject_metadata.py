"""What may be said about the subjects that a client is told, and the warning before its people lose their accounts."""

from __future__ import annotations

from typing import Any

import pytest

from idp.errors import Invalid
from idp.oidc import client_metadata, registration, subject_metadata
from idp.storage.models import Client
from tests import given

TWO_HOSTS = ["https://a.example.org/callback", "https://b.example.org/callback"]


def problems(**metadata: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as invalid:
        registration.add("Media", **{"redirect_uris": TWO_HOSTS[:1], **metadata})
    return dict(invalid.value.problems)


@pytest.mark.parametrize(
    ("field", "metadata"),
    [
        ("subject_type", {"subject_type": "secret"}),
        ("subject_source", {"subject_source": "name"}),
        ("subject_source", {"subject_type": "pairwise", "subject_source": "email"}),
        ("subject_source", {"subject_source": "username", "grant_types": ["authorization_code", "client_credentials"]}),
        ("sector_identifier_uri", {"subject_type": "pairwise", "redirect_uris": TWO_HOSTS}),
        ("sector_identifier_uri", {"subject_type": "pairwise", "redirect_uris": ["app.example:/callback"]}),
        ("sector_identifier_uri", {"sector_identifier_uri": "http://a.example.org/uris.json"}),
        ("sector_identifier_uri", {"sector_identifier_uri": "javascript:alert(1)"}),
        ("initiate_login_uri", {"initiate_login_uri": "http://a.example.org/login"}),
        ("initiate_login_uri", {"initiate_login_uri": "https://a.example.org/#login"}),
        ("contacts", {"contacts": ["a"] * 11}),
        ("contacts", {"contacts": [""]}),
        ("contacts", {"contacts": ["a\nb"]}),
    ],
    ids=str,
)
def test_what_means_nothing_is_refused(storage: None, field: str, metadata: dict[str, Any]) -> None:
    assert problems(**metadata).keys() == {field}


def test_what_a_client_says_of_itself_is_told_by_the_names_of_the_standard(storage: None) -> None:
    said = {"subject_type": "pairwise", "initiate_login_uri": "https://a.example.org/login", "contacts": ["Ada"]}
    client, _ = registration.add("Media", redirect_uris=TWO_HOSTS[:1], **said)
    told = client_metadata.as_registered(client)
    assert {name: told[name] for name in said} == said
    usual = client_metadata.as_registered(registration.add("Other", redirect_uris=TWO_HOSTS)[0])
    assert (usual["subject_type"], usual["subject_source"]) == ("public", "uuid")
    assert not usual.keys() & {"sector_identifier_uri", "initiate_login_uri", "contacts"}


@pytest.mark.parametrize(
    ("before", "change", "is_other"),
    [
        ({}, {"subject_source": "username"}, True),
        ({}, {"subject_type": "pairwise"}, True),
        ({}, {"redirect_uris": ["https://other.example.org/callback"]}, False),
        ({}, {"subject_type": "public", "name": "Other"}, False),
        ({"subject_type": "pairwise"}, {"redirect_uris": ["https://other.example.org/callback"]}, True),
        ({"subject_type": "pairwise"}, {"redirect_uris": ["https://app.example.org/other"]}, False),
    ],
    ids=str,
)
def test_new_subjects_for_people_who_have_accounts_have_to_be_accepted(
    storage: None, before: dict[str, Any], change: dict[str, Any], is_other: bool
) -> None:
    client = given.client(last_used_at=1, **before)
    assert (subject_metadata.change_problem(client, change) is not None) is is_other
    if is_other:
        with pytest.raises(Invalid) as refused:
            registration.change(client, **change)
        assert refused.value.problems.keys() == {"new_subjects"}
    changed = registration.change(client, accept_new_subjects=True, **change)
    assert all(getattr(changed, name) == value for name, value in change.items())


def test_nobody_is_asked_about_a_client_that_nobody_has_used(storage: None) -> None:
    assert registration.change(given.client(), subject_source="username").subject_source == "username"


@pytest.mark.parametrize(("source", "is_warned"), [("uuid", False), ("username", True), ("email", True)])
def test_names_and_addresses_come_with_a_warning(storage: None, source: str, is_warned: bool) -> None:
    assert (subject_metadata.warning(Client(subject_source=source)) is not None) is is_warned
