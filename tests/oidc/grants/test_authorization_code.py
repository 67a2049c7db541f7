"""Exchanging an authorization code for tokens, once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from idp import activity
from idp.errors import TokenError
from idp.oidc import jwt, userinfo
from idp.oidc.client_call import ClientCall
from idp.oidc.grants import authorization_code
from idp.oidc.keys import KeySet
from idp.storage import database, grants
from idp.storage.models import AccessToken, Client, Grant, User
from tests import given
from tests.conftest import Clock
from tests.given import CHALLENGE, REDIRECT_URI, VERIFIER

ISSUER = "http://localhost:8000"


@pytest.fixture
def app(storage: None) -> Client:
    return given.client()


@pytest.fixture
def granted(app: Client, clock: Clock) -> Grant:
    return given.grant(given.user("ada"), app, scopes=["openid", "email"])


class Exchange:
    """The application calls; fields that are None are left out."""

    def __init__(self, client: Client, key_set: KeySet, clock: Clock) -> None:
        self.client, self._keys, self._clock = client, key_set, clock

    def __call__(self, code: str | None, **change: str | None) -> dict[str, Any]:
        form = {"code": code, "redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER, **change}
        sent = {name: value for name, value in form.items() if value is not None}
        request = ClientCall(self.client, sent, ISSUER, self._keys, self._clock.now, "192.0.2.1")
        return authorization_code.respond(request)

    def refused(self, code: str | None, **change: str | None) -> TokenError:
        with pytest.raises(TokenError) as refusal:
            self(code, **change)
        return refusal.value


@pytest.fixture
def exchange(app: Client, key_set: KeySet, clock: Clock) -> Exchange:
    return Exchange(app, key_set, clock)


def test_a_code_becomes_tokens(exchange: Exchange, granted: Grant, clock: Clock) -> None:
    answer = exchange(given.code(granted))
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 3_600
    assert answer["scope"] == "openid email"
    assert jwt.take_apart(answer["id_token"]).claims["nonce"] == "n-0S6_WzA2Mj"
    assert userinfo.claims_for(answer["access_token"], clock.now)[1]["email"] == "ada@example.org"


def test_without_openid_there_is_no_id_token(exchange: Exchange, app: Client, clock: Clock) -> None:
    answer = exchange(given.code(given.grant(given.user(), app, scopes=["email"])))
    assert "id_token" not in answer


def test_a_request_without_pkce_needs_no_verifier(exchange: Exchange, granted: Grant) -> None:
    assert exchange(given.code(granted, code_challenge=None), code_verifier=None)


REFUSALS: dict[str, tuple[dict[str, Any], dict[str, str | None]]] = {
    "redirect_uri_differs": ({}, {"redirect_uri": REDIRECT_URI + "/"}),
    "redirect_uri_differs when missing": ({}, {"redirect_uri": None}),
    "verifier_missing": ({}, {"code_verifier": None}),
    "verifier_wrong": ({}, {"code_verifier": VERIFIER + "x"}),
    "verifier_wrong when it is the challenge": ({}, {"code_verifier": CHALLENGE}),
    "verifier_malformed": ({}, {"code_verifier": "a" * 42}),
    "verifier_malformed when too long": ({}, {"code_verifier": "a" * 129}),
    "verifier_malformed with odd characters": ({}, {"code_verifier": "ä" * 43}),
    "verifier_without_challenge": ({"code_challenge": None}, {}),
}


@pytest.mark.parametrize(("stored", "sent"), REFUSALS.values(), ids=REFUSALS)
def test_a_wrong_request_is_refused_and_does_not_use_the_code_up(
    exchange: Exchange, granted: Grant, stored: dict[str, Any], sent: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    code = given.code(granted, **stored)
    refusal = exchange.refused(code, **sent)
    assert refusal.reason == request.node.callspec.id.split()[0]
    assert (refusal.error, refusal.status) == ("invalid_grant", 400)
    right = {"code_verifier": None} if stored else {}
    assert exchange(code, **right), "the right request still works"
    assert Grant.get_by_id(granted.id).revoked_at is None


def test_every_refusal_reads_the_same(exchange: Exchange, granted: Grant) -> None:
    texts = {exchange.refused(given.code(granted, **stored), **sent).description for stored, sent in REFUSALS.values()}
    texts.add(exchange.refused("ac_unknown").description)
    assert len(texts) == 1


@pytest.mark.parametrize("verifier", ["a" * 43, "A-._~0" * 10, "~" * 128])
def test_verifiers_of_every_allowed_length_work(exchange: Exchange, granted: Grant, verifier: str) -> None:
    import hashlib

    challenge = jwt.b64url(hashlib.sha256(verifier.encode()).digest())
    assert exchange(given.code(granted, code_challenge=challenge), code_verifier=verifier)


@pytest.mark.parametrize("code", ["", "ac_unknown", "at_x", "x" * 60_000, "\ud800", "\0"])
def test_an_unknown_code_is_refused(exchange: Exchange, code: str) -> None:
    assert exchange.refused(code).reason == "unknown_code"


def test_a_missing_code_is_another_mistake(exchange: Exchange) -> None:
    assert exchange.refused(None).error == "invalid_request"


def test_a_code_lives_a_minute(exchange: Exchange, granted: Grant, clock: Clock) -> None:
    code, late = given.code(granted), given.code(given.grant(granted.user, granted.client))
    clock.forward(59)
    assert exchange(code)
    clock.forward(1)
    assert exchange.refused(late).reason == "code_expired"


def test_a_code_of_another_client_is_refused_and_stays_good(
    exchange: Exchange, granted: Grant, key_set: KeySet, clock: Clock
) -> None:
    code = given.code(granted)
    assert Exchange(given.client("other"), key_set, clock).refused(code).reason == "code_of_another_client"
    assert exchange(code)


def test_a_second_use_is_refused_and_ends_what_the_first_one_gave(
    exchange: Exchange, granted: Grant, clock: Clock
) -> None:
    code = given.code(granted)
    token = exchange(code)["access_token"]
    refusal = exchange.refused(code)
    assert (refusal.error, refusal.reason) == ("invalid_grant", "code_replayed")
    with pytest.raises(Exception, match="invalid_token"):
        userinfo.claims_for(token, clock.now)[1]
    assert "grant.revoked" in {row.event for row in activity.rows(client="app", user=granted.user.username)}


@pytest.mark.parametrize("change", [{"code_verifier": "a" * 43}, {"redirect_uri": "https://evil.example/"}], ids=str)
def test_a_second_use_that_is_wrong_elsewhere_too_ends_nothing(
    exchange: Exchange, granted: Grant, clock: Clock, change: dict[str, str]
) -> None:
    code = given.code(granted)
    token = exchange(code)["access_token"]
    exchange.refused(code, **change)
    assert userinfo.claims_for(token, clock.now)[1]


def test_a_second_use_after_the_code_has_expired_still_ends_it(
    exchange: Exchange, granted: Grant, clock: Clock
) -> None:
    code = given.code(granted)
    token = exchange(code)["access_token"]
    clock.forward(600)
    exchange.refused(code)
    with pytest.raises(Exception, match="invalid_token"):
        userinfo.claims_for(token, clock.now)[1]


def test_what_was_revoked_or_disabled_gives_no_tokens(exchange: Exchange, granted: Grant, clock: Clock) -> None:
    code = given.code(granted)
    User.update(disabled_at=clock.now).where(User.id == granted.user_id).execute()
    assert exchange.refused(code).reason == "grant_revoked"
    User.update(disabled_at=None).execute()
    grants.revoke(granted.id, clock.now)
    assert exchange.refused(code).reason == "grant_revoked"


def test_nobody_is_told_about_whose_address_was_taken_back_where_people_are_known_by_it(
    exchange: Exchange, granted: Grant
) -> None:
    code = given.code(granted)
    exchange.client.subject_source = "email"
    User.update(email_verified=False).execute()
    assert exchange.refused(code).reason == "no_checked_email"


def test_of_many_at_once_one_gets_tokens_and_they_are_dead(exchange: Exchange, granted: Grant, clock: Clock) -> None:
    code, barrier = given.code(granted), threading.Barrier(8)
    answers: list[dict[str, Any]] = []
    refusals: list[str] = []

    def call() -> None:
        barrier.wait()
        try:
            answers.append(exchange(code))
        except TokenError as refusal:
            refusals.append(refusal.reason)
        finally:
            database.close()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 1
    assert refusals == ["code_replayed"] * 7
    assert AccessToken.select().count() == 1
    with pytest.raises(Exception, match="invalid_token"):
        userinfo.claims_for(answers[0]["access_token"], clock.now)[1]


def test_nothing_readable_is_stored(exchange: Exchange, granted: Grant) -> None:
    code = given.code(granted)
    token = exchange(code)["access_token"]
    stored = str([given.grant_of(code).__data__, *[row.__data__ for row in AccessToken.select()]])
    stored += str([row.__data__ for row in activity.rows()])
    assert code not in stored
    assert token not in stored
    assert VERIFIER not in stored
