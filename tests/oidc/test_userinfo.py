"""From an access token to claims."""

from __future__ import annotations

from typing import Any

import pytest

from idp import activity
from idp.errors import BearerError
from idp.oidc import userinfo
from idp.storage import grants
from idp.storage.database import Unavailable
from idp.storage.models import Activity, Client, User
from tests import given
from tests.conftest import Clock


@pytest.mark.parametrize(
    ("authorization", "form"),
    [("Bearer at_x", None), ("bearer at_x", None), ("BEARER  at_x", None), ("Bearer at_x ", None), (None, "at_x"),
     ("Bearer ", "at_x"), ("Bearer at_x", "")],
)  # fmt: skip
def test_the_token_comes_in_the_header_or_in_the_form(authorization: str | None, form: str | None) -> None:
    assert userinfo.bearer_token(authorization, form) == "at_x"


@pytest.mark.parametrize(
    ("authorization", "form", "error", "status"),
    [(None, None, None, 401), ("Bearer at_x", "at_x", "invalid_request", 400),
     ("Bearer at_x", "at_y", "invalid_request", 400), ("Bearer", None, "invalid_request", 400),
     ("Bearer ", None, "invalid_request", 400), ("Basic YTpi", None, None, 401), ("", None, None, 401), ("at_x", None, None, 401)],
)  # fmt: skip
def test_no_token_or_two_are_refused(
    authorization: str | None, form: str | None, error: str | None, status: int
) -> None:
    with pytest.raises(BearerError) as refusal:
        userinfo.bearer_token(authorization, form)
    assert (refusal.value.error, refusal.value.status) == (error, status)


@pytest.fixture
def ada(storage: None) -> User:
    return given.user("ada", display_name="Ada Lovelace", groups=["family"])


@pytest.fixture
def app(storage: None) -> Client:
    return given.client()


def opened(ada: User, app: Client, clock: Clock, **grant: Any) -> dict[str, Any]:
    return userinfo.claims_for(given.access_token(given.grant(ada, app, **grant)), clock.now)[1]


def test_the_sub_is_always_there(ada: User, app: Client, clock: Clock) -> None:
    assert opened(ada, app, clock) == {"sub": ada.sub}


def test_exactly_the_granted_scopes_are_told(ada: User, app: Client, clock: Clock) -> None:
    assert opened(ada, app, clock, scopes=["openid", "email"]) == {
        "sub": ada.sub, "email": "ada@example.org", "email_verified": True
    }  # fmt: skip


def test_single_claims_are_told_where_they_were_asked_for(ada: User, app: Client, clock: Clock) -> None:
    found = opened(ada, app, clock, userinfo_claims=["name"], id_token_claims=["email"])
    assert found == {"sub": ada.sub, "name": "Ada Lovelace"}


def test_a_change_of_groups_is_told_at_once(ada: User, app: Client, clock: Clock) -> None:
    token = given.access_token(given.grant(ada, app, scopes=["openid", "groups"]))
    assert userinfo.claims_for(token, clock.now)[1]["groups"] == ["family"]
    from idp.storage import users

    group = users.group_by_name("family")
    assert group is not None
    users.remove_from_group(ada, group)
    assert userinfo.claims_for(token, clock.now)[1]["groups"] == []


@pytest.mark.parametrize("token", ["", "at_unknown", "x" * 100_000, "\0", "\ud800", "ä", "' OR 1=1 --"])
def test_an_unknown_token_opens_nothing(storage: None, clock: Clock, token: str) -> None:
    with pytest.raises(BearerError) as refusal:
        userinfo.claims_for(token, clock.now)[1]
    assert (refusal.value.error, refusal.value.status) == ("invalid_token", 401)


@pytest.mark.parametrize("why", ["expired", "revoked", "user", "client", "deleted", "code"])
def test_a_token_is_worth_nothing_from_the_moment_its_ground_is_gone(
    ada: User, app: Client, clock: Clock, why: str
) -> None:
    grant = given.grant(ada, app)
    token = given.access_token(grant)
    assert userinfo.claims_for(token, clock.now)[1]
    if why == "expired":
        clock.forward(3_600)
    elif why == "revoked":
        grants.revoke(grant.id, clock.now)
    elif why == "user":
        User.update(disabled_at=clock.now).where(User.id == ada.id).execute()
    elif why == "client":
        Client.update(disabled_at=clock.now).where(Client.id == app.id).execute()
    elif why == "deleted":
        ada.delete_instance()
    else:
        token = given.code(grant)  # a code is no token
    with pytest.raises(BearerError) as refusal:
        userinfo.claims_for(token, clock.now)[1]
    assert refusal.value.error == "invalid_token"


def asked() -> list[Activity]:
    return [row for row in activity.rows() if row.event == "userinfo.asked"]


def test_the_first_call_of_a_sign_in_is_written_down_and_no_other(ada: User, app: Client, clock: Clock) -> None:
    grant = given.grant(ada, app)
    tokens = [given.access_token(grant), given.access_token(grant)]
    for token in (*tokens, *tokens):
        userinfo.claims_for(token, clock.now, "192.0.2.7")
    (row,) = asked()
    assert (row.attempt, row.username, row.client_id, row.address) == (grant.attempt, "ada", "app", "192.0.2.7")
    opened(ada, app, clock)
    assert len(asked()) == 2, "another sign-in is another one"


def test_a_refused_call_is_not_written_down(ada: User, app: Client, clock: Clock) -> None:
    grant = given.grant(ada, app)
    token = given.access_token(grant)
    grants.revoke(grant.id, clock.now)
    with pytest.raises(BearerError):
        userinfo.claims_for(token, clock.now)
    assert not asked()


def test_who_can_only_read_is_told_all_the_same(
    ada: User, app: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise Unavailable[0]("database or disk is full")

    monkeypatch.setattr(grants, "note_userinfo", full)
    assert opened(ada, app, clock)["sub"] == ada.sub
