"""The authorization response without HTTP: from an interaction to a code, once."""

from __future__ import annotations

from typing import Any

import pytest

from idp.errors import AuthorizationError, PageError
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.oidc.authorization_response import Target, error_answer, issue_code
from idp.storage import interactions, sessions
from idp.storage.models import Client, Grant
from tests import given
from tests.conftest import Clock
from tests.given import CHALLENGE, REDIRECT_URI

ISSUER = "http://localhost:8000"


@pytest.fixture
def app(storage: None) -> Client:
    return given.client()


def finished(app: Client, clock: Clock, *, kept: bool = True, **request: Any) -> Interaction:
    """An interaction in which nothing is missing any more."""
    session, _ = given.session(given.user(), given.proof(at=clock.now - 30))
    asked = AuthorizationRequest(
        **{"redirect_uri": REDIRECT_URI, "response_mode": "query", "state": "s", "scopes": ("openid",), **request}
    )
    if kept:
        interactions.keep("this", session, app, asked.to_json(), "attempt", clock.now)
    return Interaction("this", app, asked, session, "attempt", clock.now, is_kept=kept)


def test_a_code_is_issued_for_what_was_proved_and_asked(app: Client, clock: Clock) -> None:
    """OP-CHECKLIST items 60 and 62."""
    interaction = finished(app, clock, code_challenge=CHALLENGE, nonce="n", userinfo_claims=("name",))
    answer = issue_code(interaction, clock.now, issuer=ISSUER)
    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("s", ISSUER)
    grant = given.grant_of(answer["code"])
    assert (grant.redirect_uri, grant.code_challenge, grant.nonce) == (REDIRECT_URI, CHALLENGE, "n")
    assert (grant.code_expires_at, grant.code_used_at) == (clock.now + 60, None)
    assert (grant.auth_time, grant.acr, grant.amr) == (clock.now - 30, "aal1", ["pwd"])
    assert (grant.scopes, grant.userinfo_claims, grant.id_token_claims) == (["openid"], ["name"], [])
    assert interaction.session is not None
    assert grant.sid == interaction.session.sid
    assert grant.expires_at >= grant.code_expires_at + 3_600


@pytest.mark.parametrize("can_be_told", [True, False])
@pytest.mark.parametrize("days", [1, 30])
def test_a_grant_is_there_when_signing_out_has_to_name_its_application(
    app: Client, clock: Clock, can_be_told: bool, days: int
) -> None:
    if can_be_told:
        app.backchannel_logout_uri = "https://app.example.org/told"
    interaction = finished(app, clock)
    assert interaction.session is not None
    interaction.session.expires_at = clock.now + days * 86_400
    grant = given.grant_of(issue_code(interaction, clock.now, issuer=ISSUER)["code"])
    until = interaction.session.expires_at if can_be_told or days == 1 else clock.now + 60 + 86_400
    assert grant.expires_at == until


def test_no_state_in_is_no_state_out(app: Client, clock: Clock) -> None:
    """OP-CHECKLIST item 38."""
    assert "state" not in issue_code(finished(app, clock, state=None), clock.now, issuer=ISSUER)


def test_an_interaction_ends_once(app: Client, clock: Clock) -> None:
    interaction = finished(app, clock)
    issue_code(interaction, clock.now, issuer=ISSUER)
    with pytest.raises(PageError):
        issue_code(interaction, clock.now, issuer=ISSUER)
    assert Grant.select().count() == 1


def test_single_sign_on_needs_no_row_before_the_code(app: Client, clock: Clock) -> None:
    issue_code(finished(app, clock, kept=False), clock.now, issuer=ISSUER)
    assert Grant.select().count() == 1


def test_codes_travel_safely_in_every_address(app: Client, clock: Clock) -> None:
    answer = issue_code(finished(app, clock), clock.now, issuer=ISSUER)
    assert answer["code"].replace("-", "").replace("_", "").isalnum()
    assert len(answer["code"]) == 46


def test_an_error_carries_the_state_and_the_issuer_and_no_more() -> None:
    """OP-CHECKLIST items 59 and 60."""
    error = AuthorizationError("login_required", "Nobody is signed in.")
    assert error_answer(Target(REDIRECT_URI, "query", "s"), error, issuer=ISSUER) == {
        "error": "login_required", "error_description": "Nobody is signed in.", "state": "s", "iss": ISSUER
    }  # fmt: skip


def test_who_has_signed_out_meanwhile_gets_no_code(app: Client, clock: Clock) -> None:
    interaction = finished(app, clock, kept=False)
    assert interaction.session is not None
    sessions.end(interaction.session)
    with pytest.raises(PageError):
        issue_code(interaction, clock.now, issuer=ISSUER)
    assert Grant.select().count() == 0
