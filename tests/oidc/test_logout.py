"""Telling applications that a session is over: who is told, what, when again, and what is kept of it.

OP-CHECKLIST items 92 and 125 to 128.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from idp import clock, reach
from idp.oidc import jwt, logout, outgoing
from idp.oidc.keys import KeySet
from idp.reach import Reach
from idp.storage import sessions
from idp.storage.models import Grant, Session, User
from tests import given
from tests.receiver import Receiver, Sent

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
        Grant.update(code_used_at=clock.now()).where(Grant.id == grant.id).execute()
    return session


def token_in(sent: Sent) -> tuple[dict[str, Any], dict[str, Any]]:
    (token,) = sent.form["logout_token"]
    taken = jwt.take_apart(token)
    return taken.header, taken.claims


def end(person: User, session: Session, keys: KeySet, **options: Any) -> dict[str, str]:
    receipts = logout.end_session(person, session, issuer=ISSUER, keys=keys, address="192.0.2.1", **options)
    return {receipt.client.client_id: receipt.outcome for receipt in receipts}


def test_every_application_of_the_session_is_told_and_has_a_receipt(application: Receiver, keys: KeySet) -> None:
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
    assert sessions.of_user(ada, clock.now()) == [elsewhere]
