"""Grants, codes and tokens: what may happen once happens once."""

from __future__ import annotations

import threading

import pytest

from idp import opaque
from idp.storage import access_tokens, database, grants, logouts
from idp.storage.models import Client, Grant
from tests import given
from tests.conftest import Clock


@pytest.fixture
def granted(storage: None, clock: Clock) -> Grant:
    return given.grant(given.user("ada"), given.client())


def test_a_code_is_used_once(granted: Grant, clock: Clock) -> None:
    assert grants.use_code(granted.id, clock.now)
    assert not grants.use_code(granted.id, clock.now + 5)
    assert Grant.get().code_used_at == clock.now


def test_of_many_at_once_one_uses_it(granted: Grant, clock: Clock) -> None:
    barrier = threading.Barrier(10)
    won: list[bool] = []

    def use() -> None:
        barrier.wait()
        with database.transaction():
            won.append(grants.use_code(granted.id, clock.now))
        database.close()

    threads = [threading.Thread(target=use) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 9 + [True]


def test_an_expired_code_cannot_be_used(granted: Grant, clock: Clock) -> None:
    clock.forward(60)
    assert not grants.use_code(granted.id, clock.now)


def test_a_code_of_a_revoked_grant_cannot_be_used(granted: Grant, clock: Clock) -> None:
    grants.revoke(granted.id, clock.now)
    assert not grants.use_code(granted.id, clock.now)


def test_a_grant_is_found_by_its_code_with_whose_it_is(granted: Grant) -> None:
    found = grants.find_by_code(opaque.digest(given.code(granted)))
    assert found is not None
    grant, user = found
    assert (grant, user.username, grant.redirect_uri) == (granted, "ada", given.REDIRECT_URI)
    assert grants.find_by_code("nothing") is None


def test_two_grants_never_have_the_same_code(granted: Grant) -> None:
    with pytest.raises(database.Conflict), database.transaction():
        given.grant(granted.user, granted.client, code_digest=granted.code_digest)


def test_nobody_has_signed_in_until_the_code_is_exchanged(granted: Grant, clock: Clock) -> None:
    Client.update(backchannel_logout_uri="https://app.example.org/told").execute()
    session, told = (granted.user, granted.sid), [(granted.client, granted.sid)]
    assert (grants.clients_of_session(*session), logouts.sessions_to_tell(granted.user)) == ([], [])
    assert grants.use_code(granted.id, clock.now)
    assert (grants.clients_of_session(*session), logouts.sessions_to_tell(granted.user)) == ([granted.client], told)


def test_what_a_person_grants_always_has_a_code(granted: Grant, clock: Clock) -> None:
    """So whether somebody has really signed in can be told by it."""
    with pytest.raises(database.Conflict), database.transaction():
        Grant.update(code_digest=None).where(Grant.id == granted.id).execute()
    grants.add_for_client(granted.client, ["api"], "attempt", clock.now, clock.now + 60)


def test_revoking_counts_once(granted: Grant, clock: Clock) -> None:
    digest = opaque.digest(given.access_token(granted))
    assert grants.revoke(granted.id, clock.now)
    assert not grants.revoke(granted.id, clock.now + 5)
    assert Grant.get().revoked_at == clock.now
    assert access_tokens.find_alive_of_person(digest, clock.now) is None


def test_revoking_joins_a_transaction_that_is_open(granted: Grant, clock: Clock) -> None:
    with pytest.raises(ValueError, match="no"), database.transaction():
        assert grants.revoke(granted.id, clock.now)
        raise ValueError("no")
    assert Grant.get().revoked_at is None


def test_all_of_a_person_is_revoked_and_nobody_elses(granted: Grant, clock: Clock) -> None:
    other = given.grant(given.user("grace"), granted.client)
    again = given.grant(granted.user, granted.client)
    assert grants.revoke_of_user(granted.user, clock.now) == 2
    assert {row.id for row in Grant.select().where(Grant.revoked_at.is_null(False))} == {granted.id, again.id}
    assert Grant.get_by_id(other.id).revoked_at is None


def test_all_of_a_session_is_revoked_and_no_other(granted: Grant, clock: Clock) -> None:
    elsewhere = given.grant(granted.user, granted.client)
    assert grants.revoke_of_session(granted.user, granted.sid, clock.now) == 1
    assert Grant.get_by_id(granted.id).revoked_at == clock.now
    assert Grant.get_by_id(elsewhere.id).revoked_at is None


def test_signing_out_leaves_offline_access_its_refresh_token_and_ends_its_access_tokens(
    granted: Grant, clock: Clock
) -> None:
    offline = given.grant(granted.user, granted.client, sid=granted.sid, scopes=["openid", "offline_access"])
    Grant.update(code_used_at=clock.now).where(Grant.id == offline.id).execute()
    token, elsewhere = given.access_token(offline), given.access_token(given.grant(granted.user, granted.client))
    assert grants.revoke_of_session(granted.user, granted.sid, clock.now) == 1
    assert Grant.get_by_id(offline.id).revoked_at is None
    assert access_tokens.find_alive_of_person(opaque.digest(token), clock.now) is None
    assert access_tokens.find_alive_of_person(opaque.digest(elsewhere), clock.now) is not None


def test_signing_out_ends_offline_access_that_has_not_been_fetched_yet(granted: Grant, clock: Clock) -> None:
    pending = given.grant(granted.user, granted.client, sid=granted.sid, scopes=["openid", "offline_access"])
    assert grants.revoke_of_session(granted.user, granted.sid, clock.now) == 2
    assert not grants.use_code(pending.id, clock.now)


def test_a_new_grant_is_kept_as_it_was_made(storage: None, clock: Clock) -> None:
    made = given.grant(
        given.user(), given.client(), scopes=["openid", "email"], id_token_claims=["name"], userinfo_claims=["email"],
        auth_time=5, acr="aal2", amr=["pwd", "otp", "mfa"], attempt="a", sid="s", expires_at=9,
    )  # fmt: skip
    assert (made.scopes, made.id_token_claims, made.userinfo_claims) == (["openid", "email"], ["name"], ["email"])
    assert (made.auth_time, made.acr, made.amr) == (5, "aal2", ["pwd", "otp", "mfa"])
    assert (made.attempt, made.sid, made.expires_at, made.revoked_at) == ("a", "s", 9, None)
