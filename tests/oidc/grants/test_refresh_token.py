"""Exchanging a refresh token for fresh tokens, once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from idp import activity, opaque
from idp.errors import TokenError
from idp.oidc import jwt, rotation, userinfo
from idp.oidc.client_call import ClientCall
from idp.oidc.grants import refresh_token
from idp.oidc.keys import KeySet
from idp.storage import database, grants, remembered, settings
from idp.storage.models import AccessToken, Client, Grant, Group, Membership, RefreshToken, User
from tests import given
from tests.conftest import Clock

DAY = 86_400


@pytest.fixture
def app(storage: None, clock: Clock) -> Client:
    return given.client()


@pytest.fixture
def granted(app: Client, clock: Clock) -> Grant:
    return given.grant(
        given.user("ada"), app, scopes=["openid", "email", "offline_access"], expires_at=clock.now + 31 * DAY,
        auth_time=clock.now - 100,
    )  # fmt: skip


class Refresh:
    """Calls the grant as the client whose token it is; each wish overrides a form field."""

    def __init__(self, client: Client, keys: KeySet, clock: Clock) -> None:
        self._client, self._keys, self._clock = client, keys, clock

    def __call__(self, token: str | None, **change: str) -> dict[str, Any]:
        form = {"refresh_token": token, **change}
        sent = {name: value for name, value in form.items() if value is not None}
        client = Client.get_by_id(self._client.id)  # as it is now
        call = ClientCall(client, sent, "http://localhost:8000", self._keys, self._clock.now, "192.0.2.1")
        return refresh_token.respond(call)

    def refused(self, token: str | None, **change: str) -> TokenError:
        with pytest.raises(TokenError) as refusal:
            self(token, **change)
        return refusal.value


@pytest.fixture
def refresh(app: Client, key_set: KeySet, clock: Clock) -> Refresh:
    return Refresh(app, key_set, clock)


def events() -> list[str]:
    return [row.event for row in activity.rows()]


def test_80_81_a_refresh_token_becomes_fresh_tokens_of_the_same_scopes(
    refresh: Refresh, granted: Grant, clock: Clock
) -> None:
    first = given.refresh_token(granted)
    answer = refresh(first)
    assert answer.keys() == {"access_token", "token_type", "expires_in", "scope", "refresh_token", "id_token"}
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3_600)
    assert answer["scope"] == "openid email offline_access"
    assert answer["refresh_token"] != first
    assert userinfo.claims_for(answer["access_token"], clock.now)[1]["email"] == "ada@example.org"
    assert refresh(answer["refresh_token"])["access_token"] != answer["access_token"]
    assert events() == ["token.issued", "userinfo.asked", "token.issued"]


def test_83_the_id_token_tells_of_the_sign_in_of_then(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    token = given.refresh_token(granted)
    clock.forward(5_000)
    claims = jwt.take_apart(refresh(token)["id_token"]).claims
    assert (claims["iat"], claims["exp"]) == (clock.now, clock.now + 3_600)
    assert claims["auth_time"] == clock.now - 5_100
    for name in ("sid", "acr", "amr"):
        assert claims[name] == getattr(granted, name)
    assert (claims["sub"], claims["aud"]) == (granted.user.sub, "app")
    assert "nonce" not in claims


def test_without_openid_there_is_no_id_token(refresh: Refresh, app: Client) -> None:
    grant = given.grant(given.user(), app, scopes=["email", "offline_access"])
    assert "id_token" not in refresh(given.refresh_token(grant))


def test_what_the_person_is_called_is_as_of_now(refresh: Refresh, granted: Grant) -> None:
    token = given.refresh_token(granted)
    User.update(email="new@example.org").execute()
    assert jwt.take_apart(refresh(token)["id_token"]).claims["email"] == "new@example.org"


def test_h3_a_used_token_ends_the_grant_and_all_that_came_of_it(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    first = given.refresh_token(granted)
    second = refresh(first)
    clock.forward(rotation.RETRY_WITHIN + 1)
    refusal = refresh.refused(first)
    assert (refusal.error, refusal.status, refusal.reason) == ("invalid_grant", 400, "refresh_token_reused")
    assert refresh.refused(second["refresh_token"]).reason == "grant_revoked"
    with pytest.raises(Exception, match="invalid_token"):
        userinfo.claims_for(second["access_token"], clock.now)[1]
    assert "grant.revoked" in {row.event for row in activity.rows(user=granted.user.username)}


def test_who_asks_again_at_once_gets_the_same_answer(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    token = given.refresh_token(granted)
    first = refresh(token)
    clock.forward(rotation.RETRY_WITHIN)
    again = refresh(token)
    assert (again["access_token"], again["refresh_token"]) == (first["access_token"], first["refresh_token"])
    assert again["expires_in"] == first["expires_in"] - rotation.RETRY_WITHIN
    assert jwt.take_apart(again["id_token"]).claims["iat"] == clock.now, "signed anew"
    assert RefreshToken.select().count() == 2
    assert AccessToken.select().count() == 1
    assert refresh(again["refresh_token"])["access_token"]
    assert events() == ["token.issued", "token.repeated", "token.issued"]


def test_asking_again_is_over_once_the_answer_has_been_used(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    first = given.refresh_token(granted)
    second = refresh(first)["refresh_token"]
    third = refresh(second)
    assert refresh.refused(first).reason == "refresh_token_reused"
    assert refresh.refused(third["refresh_token"]).reason == "grant_revoked"


def test_asking_again_brings_no_ended_token_back(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    token = given.refresh_token(granted)
    refresh(token)
    AccessToken.update(expires_at=clock.now).execute()
    with pytest.raises(Exception, match="invalid_token"):
        userinfo.claims_for(refresh(token)["access_token"], clock.now)[1]


def test_asking_again_works_after_the_key_was_lost_only_by_signing_in(
    refresh: Refresh, granted: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "LOOK_EVERY", 0.0)
    token = given.refresh_token(granted)
    refresh(token)
    settings.Setting.delete().execute()
    assert refresh.refused(token).reason == "refresh_token_reused"


def test_what_follows_from_a_token_needs_token_and_key(storage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "LOOK_EVERY", 0.0)
    seen = {rotation.following(token, scopes)[0] for token in ("rt_a", "rt_b") for scopes in ((), ("openid",))}
    seen |= {rotation.following(token, ())[1] for token in ("rt_a", "rt_b")}
    assert len(seen) == 6
    settings.Setting.delete().execute()
    assert not seen & set(rotation.following("rt_a", ()))


def test_82_c3_a_token_of_another_client_is_refused_and_stays_good(
    refresh: Refresh, granted: Grant, key_set: KeySet, clock: Clock
) -> None:
    token = given.refresh_token(granted)
    refusal = Refresh(given.client("other"), key_set, clock).refused(token)
    assert (refusal.error, refusal.reason) == ("invalid_grant", "refresh_token_of_another_client")
    successor = refresh(token)["refresh_token"]
    other = Refresh(Client.get(Client.client_id == "other"), key_set, clock)
    assert other.refused(token).reason == "refresh_token_of_another_client", "nor does it kill the family"
    assert refresh(successor)


def test_81_the_scopes_of_an_access_token_can_be_fewer(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    answer = refresh(given.refresh_token(granted), scope="openid")
    assert answer["scope"] == "openid"
    assert userinfo.claims_for(answer["access_token"], clock.now)[1].keys() == {"sub"}
    assert "email" not in jwt.take_apart(answer["id_token"]).claims
    assert "id_token" not in refresh(answer["refresh_token"], scope="email")
    latest = RefreshToken.select().where(RefreshToken.used_at.is_null()).get()
    assert latest.grant_id == granted.id
    assert Grant.get_by_id(granted.id).scopes == granted.scopes, "the next refresh may have all of them again"


def test_two_requests_with_one_token_may_ask_for_different_scopes(
    refresh: Refresh, granted: Grant, clock: Clock
) -> None:
    token = given.refresh_token(granted)
    one, other = refresh(token, scope="openid"), refresh(token, scope="email openid")
    assert one["refresh_token"] == other["refresh_token"]
    assert one["access_token"] != other["access_token"]
    assert userinfo.claims_for(one["access_token"], clock.now)[1].keys() == {"sub"}
    assert "email" in userinfo.claims_for(other["access_token"], clock.now)[1]


@pytest.mark.parametrize("scope", ["openid profile", "profile", "groups", "unknown", "OPENID"])
def test_81_scopes_can_not_become_more(refresh: Refresh, granted: Grant, scope: str) -> None:
    token = given.refresh_token(granted)
    assert refresh.refused(token, scope=scope).error == "invalid_scope"
    assert refresh(token), "and the token was not used up"


def test_scopes_that_the_client_has_lost_are_left_out(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    Client.update(scopes=["openid", "offline_access"]).execute()
    answer = refresh(given.refresh_token(granted))
    assert answer["scope"] == "openid offline_access"
    assert userinfo.claims_for(answer["access_token"], clock.now)[1].keys() == {"sub"}


def test_a_missing_token_is_another_mistake(refresh: Refresh) -> None:
    assert refresh.refused(None).error == "invalid_request"


@pytest.mark.parametrize("token", ["rt_unknown", "at_x", "x" * 60_000, "\ud800", "\0"])
def test_an_unknown_token_is_refused(refresh: Refresh, token: str) -> None:
    assert refresh.refused(token).reason == "unknown_refresh_token"


def test_codes_and_access_tokens_are_no_refresh_tokens(refresh: Refresh, granted: Grant) -> None:
    for token in (given.code(granted), given.access_token(granted)):
        assert refresh.refused(token).reason == "unknown_refresh_token"


def test_a_token_waits_fourteen_days_for_its_use(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    used, late = given.refresh_token(granted), given.refresh_token(granted)
    clock.forward(14 * DAY - 1)
    token = refresh(used)["refresh_token"]
    clock.forward(1)
    assert refresh.refused(late).reason == "refresh_token_expired"
    assert refresh(token), "its own fourteen days began when it was given"


def test_thirty_days_after_the_sign_in_it_is_over(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    token = given.refresh_token(granted)
    for _ in range(2):
        clock.forward(13 * DAY)
        token = refresh(token)["refresh_token"]
    clock.forward(4 * DAY - 1)
    token = refresh(token)["refresh_token"]
    clock.forward(1)
    assert refresh.refused(token).reason == "refresh_token_expired"


Changes = dict[str, tuple[Callable[[Grant], Any], Callable[[Grant], Any]]]
POLICIES: Changes = {
    "grant_revoked": (
        lambda grant: User.update(disabled_at=1).execute(), lambda grant: User.update(disabled_at=None).execute(),
    ),
    "not_in_group": (
        lambda grant: Client.update(allowed_groups=["family"]).execute(),
        lambda grant: Client.update(allowed_groups=[]).execute(),
    ),
    "no_checked_email": (
        lambda grant: (Client.update(subject_source="email").execute(), User.update(email_verified=False).execute()),
        lambda grant: User.update(email_verified=True).execute(),
    ),
    "second_factor_wanted": (
        lambda grant: Client.update(require_mfa=True).execute(),
        lambda grant: Grant.update(acr="aal2").execute(),
    ),
    "no_refresh_tokens_any_more": (
        lambda grant: Client.update(grant_types=["authorization_code"]).execute(),
        lambda grant: Client.update(grant_types=["authorization_code", "refresh_token"]).execute(),
    ),
    "no_refresh_tokens_any_more without its scope": (
        lambda grant: Client.update(scopes=["openid"]).execute(),
        lambda grant: Client.update(always_refresh=True).execute(),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("shut", "open_again"), POLICIES.values(), ids=POLICIES)
def test_who_could_not_sign_in_now_gets_no_tokens_either(
    refresh: Refresh, granted: Grant, shut: Any, open_again: Any, request: pytest.FixtureRequest
) -> None:
    token = given.refresh_token(granted)
    shut(granted)
    refusal = refresh.refused(token)
    assert (refusal.error, refusal.reason) == ("invalid_grant", request.node.callspec.id.split()[0])
    open_again(granted)
    assert refresh(token), "nothing was used up or taken back"


def test_a_member_of_an_allowed_group_goes_on_until_they_leave_it(refresh: Refresh, app: Client, clock: Clock) -> None:
    Client.update(allowed_groups=["family", "media"]).execute()
    grant = given.grant(given.user("eve", groups=["media"]), app, scopes=["openid", "offline_access"])
    token = refresh(given.refresh_token(grant))["refresh_token"]
    Membership.delete().execute()
    assert refresh.refused(token).reason == "not_in_group"


def test_a_group_that_demands_a_second_factor_now_ends_sign_ins_with_one(refresh: Refresh, app: Client) -> None:
    user = given.user("eve", groups=["media"])
    grant = given.grant(user, app, scopes=["openid", "offline_access"])
    token = refresh(given.refresh_token(grant))["refresh_token"]
    Group.update(require_mfa=True).execute()
    assert refresh.refused(token).reason == "second_factor_wanted"


def test_m26_what_hangs_from_a_person_or_a_client_goes_with_them(refresh: Refresh, granted: Grant) -> None:
    token = given.refresh_token(granted)
    granted.user.delete_instance()
    assert refresh.refused(token).reason == "unknown_refresh_token"


def test_every_refusal_reads_the_same(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    token = given.refresh_token(granted)
    texts = {refresh.refused("rt_unknown").description}
    refresh(token)
    clock.forward(60)
    texts.add(refresh.refused(token).description)
    texts.add(refresh.refused(token).description)
    assert len(texts) == 1


def test_of_many_at_once_one_rotates_and_all_get_the_same(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    token, barrier = given.refresh_token(granted), threading.Barrier(8)
    answers: list[dict[str, Any]] = []
    failures: list[BaseException] = []

    def call() -> None:
        barrier.wait()
        try:
            answers.append(refresh(token))
        except BaseException as failure:
            failures.append(failure)
        finally:
            database.close()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len({(answer["access_token"], answer["refresh_token"]) for answer in answers}) == 1
    assert (RefreshToken.select().count(), AccessToken.select().count()) == (2, 1)
    assert sorted(events()) == ["token.issued"] + ["token.repeated"] * 7


def test_nothing_readable_is_stored(refresh: Refresh, granted: Grant) -> None:
    token = given.refresh_token(granted)
    answer = refresh(token)
    stored = str([row.__data__ for table in (RefreshToken, AccessToken, Grant) for row in table.select()])
    stored += str([row.__data__ for row in activity.rows()])
    for secret in (token, answer["access_token"], answer["refresh_token"], answer["id_token"]):
        assert secret not in stored
    assert opaque.digest(answer["refresh_token"]) in stored


def test_a_client_that_goes_on_for_weeks_leaves_no_old_access_tokens(
    refresh: Refresh, granted: Grant, clock: Clock
) -> None:
    token = given.refresh_token(granted)
    for _ in range(5):
        token = refresh(token)["refresh_token"]
        clock.forward(4_000)
    assert AccessToken.select().count() == 1


def test_used_tokens_are_remembered_until_they_would_have_expired_anyway(
    refresh: Refresh, granted: Grant, clock: Clock
) -> None:
    first = given.refresh_token(granted)
    token = refresh(first)["refresh_token"]
    clock.forward(13 * DAY)
    token = refresh(token)["refresh_token"]
    assert RefreshToken.select().count() == 3
    clock.forward(DAY)
    refresh(token)
    assert RefreshToken.select().count() == 2, "of the last fourteen days"
    assert refresh.refused(first).reason == "unknown_refresh_token"


def test_a_revoked_grant_gives_nothing(refresh: Refresh, granted: Grant, clock: Clock) -> None:
    token = given.refresh_token(granted)
    grants.revoke(granted.id, clock.now)
    assert refresh.refused(token).reason == "grant_revoked"
