"""Signing in to pages of our own: the same interaction as for any application, except that the application is us."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response

from idp import activity, clock, opaque, throttle
from idp.assurance import RECENT
from idp.directory import setup
from idp.errors import PageError
from idp.interaction import next_step
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import interactions
from idp.storage.database import transaction
from idp.storage.models import User
from idp.web import browser
from idp.web.wired import wired


@dataclass(frozen=True, slots=True)
class Missing(Exception):
    """Raised where somebody has to sign in first; carries them there."""

    response: Response


def person(back_to: str, *, max_age: int | None = None) -> User:
    """Who is completely signed in, with a second factor where they owe one, at most `max_age` seconds ago.

    Raises Missing, which sends the browser to the sign-in and then back to `back_to`, a path of ours.
    """
    asked = AuthorizationRequest(redirect_uri=back_to, response_mode="query", max_age=max_age)
    user = _known(asked)
    if user is None:
        raise Missing(begin(asked))
    return user


def known(*, max_age: int | None = None) -> User | None:
    """The same, where nobody is to be asked: None when there is nobody, or not completely."""
    return _known(AuthorizationRequest(redirect_uri="/", response_mode="query", max_age=max_age))


def _known(asked: AuthorizationRequest) -> User | None:
    session = browser.current().row
    if session is None or session.user is None:
        return None
    interaction = Interaction(
        interactions.new_id(), None, asked, session, opaque.identifier(), clock.now(), request.remote_addr,
        site=wired().site,
    )  # fmt: skip
    return session.user if next_step(interaction) is None else None


def begin(asked: AuthorizationRequest) -> Response:
    """Write a sign-in to our own pages down, and send the browser to its first step."""
    if setup.is_untouched():
        raise PageError(
            "There is no administrator yet",
            "This sign-in service has just been installed, and nobody can sign in so far.",
            advice=["Open the one-time link that was printed when it started.",
                    "On the machine that runs it, print a new one with: idp setup-link"],
            status=403, reason="setup_needed",
        )  # fmt: skip
    return redirect(f"/interaction/{keep(asked).id}", 303)


def keep(asked: AuthorizationRequest) -> Interaction:
    """Write a sign-in to our own pages down."""
    id, now, attempt = interactions.new_id(), clock.now(), opaque.identifier()
    with transaction():
        session = browser.current().for_sign_in(now)
        interactions.keep(id, session, None, asked.to_json(), attempt, now)
        if throttle.may_be_noted(request.remote_addr, now):
            activity.record("account.requested", attempt=attempt, address=request.remote_addr)
    return Interaction(id, None, asked, session, attempt, now, request.remote_addr, is_kept=True, site=wired().site)


def add_authenticator(kind: str, back_to: str) -> Response:
    """Send the browser to the enrolment of one more authenticator; who it is must have been shown recently."""
    return begin(AuthorizationRequest(redirect_uri=back_to, response_mode="query", max_age=RECENT, enrol=kind))
