"""Telling applications that a session is over: who is told, what, when again, and what is kept of it.

OP-CHECKLIST items 92 and 125 to 128.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from idp import activity, opaque, reach, sign_outs
from idp import clock as real_clock
from idp.oidc import jwt, logout, outgoing
from idp.oidc.keys import KeySet
from idp.oidc.logout import deliveries
from idp.reach import Reach
from idp.storage import grants, logouts, sessions
from idp.storage.database import transaction
from idp.storage.models import Grant, LogoutDelivery, Session, User
from tests import given
from tests.conftest import Clock
from tests.receiver import Receiver, Sent, answer
from tests.server import free_port

ISSUER = "https://id.example.org"


@pytest.fixture
def keys(keys_folder: Path) -> KeySet:
    return KeySet(keys_folder)


@pytest.fixture
def application(storage: None) -> Iterator[Receiver]:
    """An application's server, which may be reached by http."""
    running = Receiver()
    outgoing.use(reach.parse(["localhost"]))
    yield running
    outgoing.use(Reach())
    running.stop()


def signed_in(person: User, *clients: Any) -> Session:
    """A person's session in which they have gone on to these applications."""
    session, _ = given.session(person)
    for client in clients:
        grant = given.grant(person, client, sid=session.sid)
        given.access_token(grant)
        Grant.update(code_used_at=real_clock.now()).where(Grant.id == grant.id).execute()
    return session


def token_in(sent: Sent) -> tuple[dict[str, Any], dict[str, Any]]:
    (token,) = sent.form["logout_token"]
    taken = jwt.take_apart(token)
    return taken.header, taken.claims


def end(person: User, session: Session, keys: KeySet, **options: Any) -> dict[str, str]:
    receipts = logout.end_session(person, session, issuer=ISSUER, keys=keys, address="192.0.2.1", **options)
    return {receipt.client.client_id: receipt.outcome for receipt in receipts}


def test_every_application_of_the_session_is_told_and_has_a_receipt(application: Receiver, keys: KeySet) -> None:
    """OP-CHECKLIST items 92, 125 and 126."""
    ada, told = given.user(), given.client("told", backchannel_logout_uri=application.url("/bye?x=1"))
    deaf, unused = given.client("deaf"), given.client("unused", backchannel_logout_uri=application.url("/unused"))
    session = signed_in(ada, told, deaf)
    given.grant(ada, unused, sid=session.sid)  # of which nobody has fetched the tokens
    elsewhere = signed_in(ada, unused)
    assert end(ada, session, keys) == {"deaf": logout.BY_ITSELF, "told": logout.SIGNED_OUT}
    (sent,) = application.requests
    assert (sent.method, sent.path) == ("POST", "/bye?x=1")
    header, claims = token_in(sent)
    assert header == {"alg": "RS256", "kid": header["kid"], "typ": "logout+jwt"}
    assert claims.keys() == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}
    assert (claims["iss"], claims["sub"], claims["aud"], claims["sid"]) == (ISSUER, ada.sub, "told", session.sid)
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert sent.form.keys() == {"logout_token"}
    assert sessions.of_user(ada, real_clock.now()) == [elsewhere]


def test_the_token_is_signed_by_a_published_key_of_the_algorithm_that_the_application_takes(
    application: Receiver, keys: KeySet
) -> None:
    ada = given.user()
    modern = given.client("modern", backchannel_logout_uri=application.url(), id_token_alg="ES256")
    end(ada, signed_in(ada, modern), keys)
    (token,) = application.requests[0].form["logout_token"]
    published = {key["kid"]: key["alg"] for key in json.loads(keys.jwks())["keys"]}
    taken = jwt.take_apart(token)
    assert keys.verify(taken)
    assert published[taken.header["kid"]] == "ES256" == taken.header["alg"]


def test_the_subject_is_the_one_that_the_application_knows(application: Receiver, keys: KeySet) -> None:
    ada = given.user()
    blind = given.client("blind", backchannel_logout_uri=application.url(), subject_type="pairwise")
    named = given.client("named", backchannel_logout_uri=application.url(), subject_source="username")
    end(ada, signed_in(ada, blind, named), keys)
    subs = {claims["aud"]: claims["sub"] for _, claims in map(token_in, application.requests)}
    assert subs["named"] == "ada"
    assert subs["blind"] not in ("ada", ada.sub)


def test_a_sign_out_that_comes_second_tells_nobody_again(application: Receiver, keys: KeySet) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    session = signed_in(ada, app)
    assert end(ada, session, keys) == {"app": logout.SIGNED_OUT}
    assert end(ada, session, keys) == {}
    assert len(application.requests) == 1


def test_tokens_of_the_session_end_with_it_and_what_is_offline_stays(application: Receiver, keys: KeySet) -> None:
    """OP-CHECKLIST item 124 (Back-Channel Logout 2.7)."""
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    session = signed_in(ada, app)
    offline = given.grant(
        ada, app, sid=session.sid, scopes=["openid", "offline_access"], code_digest=opaque.digest("x")
    )
    given.refresh_token(offline)
    end(ada, session, keys)
    assert [grant.revoked_at is None for grant in Grant.select().order_by(Grant.id)] == [False, True]


def _status(status: int, body: bytes = b"") -> Callable[[BaseHTTPRequestHandler, Sent], None]:
    return lambda handler, sent: answer(handler, status, body, "application/json")


@pytest.mark.parametrize("status", [200, 204])
def test_an_application_that_says_yes_is_told_once(
    application: Receiver, keys: KeySet, status: int, clock: Clock
) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    application.behave = _status(status)
    assert end(ada, signed_in(ada, app), keys) == {"app": logout.SIGNED_OUT}
    clock.forward(86_400)
    assert deliveries.deliver_due(ISSUER, keys) == 0
    assert len(application.requests) == 1


def test_what_fails_is_told_again_with_another_token_until_it_works(
    application: Receiver, keys: KeySet, clock: Clock
) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    application.behave = _status(503)
    assert end(ada, signed_in(ada, app), keys) == {"app": logout.TOLD_AGAIN}
    assert deliveries.deliver_due(ISSUER, keys) == 0
    assert len(application.requests) == 1  # not before its time
    clock.forward(deliveries.PAUSES[0])
    deliveries.deliver_due(ISSUER, keys)
    assert len(application.requests) == 2
    application.behave = _status(200)
    clock.forward(deliveries.PAUSES[1])
    assert deliveries.deliver_due(ISSUER, keys) == 1
    tokens = [token_in(sent)[1] for sent in application.requests]
    assert len({claims["jti"] for claims in tokens}) == 3
    assert [claims["iat"] - tokens[0]["iat"] for claims in tokens] == [0, 10, 70]
    assert [row.event for row in activity.rows() if row.event.startswith("logout.")] == [
        "logout.delayed",
        "logout.told",
    ]


def test_who_is_away_for_a_day_is_given_up_and_that_is_written_down(
    application: Receiver, keys: KeySet, clock: Clock
) -> None:
    ada = given.user()
    away = given.client("away", backchannel_logout_uri=f"http://localhost:{free_port()}/")
    assert end(ada, signed_in(ada, away), keys) == {"away": logout.TOLD_AGAIN}
    for _ in range(40):
        clock.forward(deliveries.PAUSES[-1])
        deliveries.deliver_due(ISSUER, keys)
    row = LogoutDelivery.get()
    assert row.due_at is None and row.delivered_at is None
    assert "Nothing listens" in row.problem
    events = [row for row in activity.rows() if row.event.startswith("logout.")]
    assert [row.event for row in events] == ["logout.delayed", "logout.given_up"]
    assert "Nothing listens" in events[1].detail["reason"]
    assert (events[1].username, events[1].client_id) == ("ada", "away")


def test_an_application_that_refuses_three_times_is_given_up_with_what_it_says(
    application: Receiver, keys: KeySet, clock: Clock
) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    application.behave = _status(400, b'{"error":"invalid_request","error_description":"unknown kid"}')
    end(ada, signed_in(ada, app), keys)
    for pause in (10, 60, 300, 900, 3_600):
        clock.forward(pause)
        deliveries.deliver_due(ISSUER, keys)
    assert len(application.requests) == deliveries.REFUSALS
    row = LogoutDelivery.get()
    assert row.due_at is None
    assert row.problem.endswith("status 400 instead of 200. It says: invalid_request unknown kid")


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"error": {"a": 1}}', b"\xff\xfe", b'{"error":"' + b"x" * 9_000 + b'"}', b"[" * 9_000]
)
def test_nonsense_in_a_refusal_does_no_harm(application: Receiver, keys: KeySet, body: bytes) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    application.behave = _status(500, body)
    assert end(ada, signed_in(ada, app), keys) == {"app": logout.TOLD_AGAIN}
    assert len(LogoutDelivery.get().problem) < 500


def test_an_application_that_nobody_reaches_keeps_others_waiting_once_only(
    application: Receiver, keys: KeySet, clock: Clock
) -> None:
    away = given.client("away", backchannel_logout_uri=f"http://localhost:{free_port()}/")
    here = given.client("here", backchannel_logout_uri=application.url())
    for number in range(deliveries.BATCH + 4):
        someone = given.user(f"user{number}")
        signed_in(someone, away)
        sign_outs.tell_of_user(someone, clock.now)
    ada = given.user()
    signed_in(ada, here)
    sign_outs.tell_of_user(ada, clock.now)
    assert deliveries.deliver_due(ISSUER, keys) == 0
    assert deliveries.deliver_due(ISSUER, keys) == 1
    assert logouts.due(clock.now, 100) == []


def test_who_signs_out_waits_for_their_applications_but_not_long_and_all_are_asked_at_once(
    application: Receiver, keys: KeySet
) -> None:
    ada = given.user()
    slow = [given.client(f"slow{n}", backchannel_logout_uri=application.url("/slow")) for n in range(4)]
    quick = given.client("quick", backchannel_logout_uri=application.url("/quick"))

    def behave(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
        if sent.path == "/slow":
            application.over.wait()
        answer(handler)

    application.behave = behave
    outcomes = end(ada, signed_in(ada, *slow, quick), keys, within=1.0)
    assert outcomes == {"quick": logout.SIGNED_OUT} | {f"slow{n}": logout.TOLD_AGAIN for n in range(4)}
    assert len(application.wait_for(5)) == 5


def test_a_delivery_is_left_alone_while_whoever_signs_out_makes_it(application: Receiver, clock: Clock) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    session = signed_in(ada, app)
    with transaction(durable=True):
        sign_outs.tell_of_session(ada, session.sid, clock.now, deliver_here=True)
    assert logouts.due(clock.now, 10) == []
    # … and found by others if that one is killed meanwhile.
    assert len(logouts.due(clock.forward(sign_outs.AT_ONCE), 10)) == 1


def test_a_delivery_belongs_to_whoever_claims_it_and_is_free_again_when_they_are_killed(
    application: Receiver, clock: Clock
) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    signed_in(ada, app)
    sign_outs.tell_of_user(ada, clock.now)
    ((mine, _),) = logouts.due(clock.now, 10)
    ((theirs, _),) = logouts.due(clock.now, 10)
    assert [logouts.claim(mine, clock.now), logouts.claim(theirs, clock.now)] == [True, False]
    assert logouts.due(clock.now, 10) == []
    ((again, _),) = logouts.due(clock.forward(logouts.CLAIM), 10)
    assert again.tries == 1


def test_all_sessions_of_a_person_are_told_but_one_and_none_twice(application: Receiver, keys: KeySet) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    over, kept, other = (signed_in(ada, app) for _ in range(3))
    end(ada, over, keys)
    application.requests.clear()
    sign_outs.tell_of_user(ada, real_clock.now(), besides=kept.sid)
    assert deliveries.deliver_due(ISSUER, keys) == 1
    assert token_in(application.requests[0])[1]["sid"] == other.sid
    sign_outs.tell_of_user(ada, real_clock.now())
    assert deliveries.deliver_due(ISSUER, keys) == 1
    assert token_in(application.requests[1])[1]["sid"] == kept.sid


def test_whose_account_is_deleted_is_told_all_the_same(application: Receiver, keys: KeySet) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    signed_in(ada, app)
    sub = ada.sub
    sign_outs.tell_of_user(ada, real_clock.now())
    User.delete().where(User.id == ada.id).execute()
    assert deliveries.deliver_due(ISSUER, keys) == 1
    assert token_in(application.requests[0])[1]["sub"] == sub


@pytest.mark.parametrize(
    "address", ["http://localhost:1/", "https://10.0.0.1/", "https://169.254.169.254/latest", "nonsense"]
)
def test_an_address_that_may_not_be_reached_costs_the_sign_out_nothing(
    storage: None, keys: KeySet, address: str
) -> None:
    """OP-CHECKLIST item 128."""
    ada, app = given.user(), given.client(backchannel_logout_uri=address)
    assert end(ada, signed_in(ada, app), keys) == {"app": logout.TOLD_AGAIN}
    assert any(words in LogoutDelivery.get().problem for words in ("IDP_OUTGOING_ALLOW=", "no address"))
    assert grants.revoke_of_user(ada, real_clock.now()) == 0


def test_the_outcome_can_be_looked_up_later(application: Receiver, keys: KeySet, clock: Clock) -> None:
    ada, app = given.user(), given.client(backchannel_logout_uri=application.url())
    signed_in(ada, app)
    sign_out = sign_outs.tell_of_user(ada, clock.now)
    assert [receipt.outcome for receipt in logout.receipts(sign_out)] == [logout.TOLD_AGAIN]
    deliveries.deliver_due(ISSUER, keys)
    assert [receipt.outcome for receipt in logout.receipts(sign_out)] == [logout.SIGNED_OUT]
    assert logouts.last_problem(app, 0) is None
