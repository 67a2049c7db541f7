"""What may be told about a person."""

from __future__ import annotations

import pytest

from idp.custom_claims import reserved
from idp.oidc import claims
from idp.oidc.scopes import CLAIMS, SCOPES, claims_of
from tests import given

EVERYTHING = {
    "display_name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace", "nickname": "ada the first",
    "picture": "https://example.org/ada.png?v=1", "locale": "en", "zoneinfo": "Europe/London",
}  # fmt: skip


def test_a_full_account_fills_every_claim_with_the_right_type(storage: None) -> None:
    """OP-CHECKLIST items 98 and 101."""
    found = claims.about(given.user("ada", groups=["family"], **EVERYTHING), claims_of(SCOPES))
    assert found.keys() == set(claims_of(SCOPES))
    for name, value in found.items():
        kind = {"updated_at": int, "email_verified": bool, "groups": list, "roles": list}.get(name, str)
        assert type(value) is kind, name


def test_what_somebody_does_not_have_is_left_out(storage: None) -> None:
    found = claims.about(given.user("ada", email=None, email_verified=False, nickname=""), claims_of(SCOPES))
    assert found.keys() == {"name", "preferred_username", "updated_at", "groups", "roles"}
    assert found["name"] == "ada"
    assert found["groups"] == []


def test_groups_are_a_list_even_for_one(storage: None) -> None:
    assert claims.about(given.user("ada", groups=["family"]), ["groups"]) == {"groups": ["family"]}


@pytest.mark.parametrize("name", ["password", "is_admin", "id", "data", "username", "attributes", "__class__", "sub"])
def test_anything_but_a_listed_claim_is_never_told(storage: None, name: str) -> None:
    assert claims.about(given.user("ada", is_admin=True), [name]) == {}


def test_an_unverified_address_is_told_as_such(storage: None) -> None:
    found = claims.about(given.user("ada", email_verified=False), ["email", "email_verified"])
    assert found == {"email": "ada@example.org", "email_verified": False}


def test_no_claim_of_a_scope_can_displace_one_of_the_protocol() -> None:
    assert not set(reserved.PROTOCOL) & set(claims_of(SCOPES))


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_brings_its_claims_and_no_others(scope: str) -> None:
    assert set(claims_of([scope])) == set(CLAIMS[scope]) - {"sub"}


def test_scopes_come_in_one_order_whatever_they_are_asked_in() -> None:
    assert claims_of(list(reversed(SCOPES))) == claims_of(SCOPES)
    assert len(set(claims_of(SCOPES))) == len(claims_of(SCOPES))
