"""The wish to sign out without HTTP: who asks, what proves it, and where the browser may go afterwards.

OIDC RP-Initiated Logout 2 and 3. Nothing is believed that isn't proved: a client is one that a genuine ID token or the
request names, and an address leads somewhere only when exactly that client has registered exactly that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from idp.errors import PageError
from idp.oidc import id_token_hint, redirect_uris
from idp.oidc.authorization import LONGEST_STATE
from idp.oidc.id_token_hint import Hint
from idp.oidc.keys import KeySet
from idp.oidc.parameters import LONGEST, LONGEST_QUERY, Malformed, parse
from idp.storage import clients
from idp.storage.models import Client, Session

HINT, CLIENT, URI, STATE = "id_token_hint", "client_id", "post_logout_redirect_uri", "state"
# The last two are taken and say nothing here: who is signed in is known, and pages speak the language of the browser.
PARAMETERS = frozenset({HINT, CLIENT, URI, STATE, "logout_hint", "ui_locales"})
_HERE = "Sign out here: /logout"
_TELL = "If it happens again, tell the person who runs the application."


@dataclass(frozen=True, slots=True)
class EndSession:
    """A checked request to sign out; `target` is where the browser goes afterwards, its state included."""

    client: Client | None
    hint: Hint | None
    uri: str | None
    state: str | None

    @property
    def target(self) -> str | None:
        """Where the browser goes afterwards: the registered address with the state, and nothing else."""
        if self.uri is None or self.state is None:
            return self.uri
        return redirect_uris.add_parameters(self.uri, {STATE: self.state})

    def is_proved_for(self, session: Session) -> bool:
        """Whether a genuine ID token names this session, so that signing out needs no question.

        An ID token of the same person from another session proves nothing about this one (RP-Initiated Logout 2). What
        somebody is called may change, what their session is called never does, so that decides where it is known.
        """
        if self.hint is None or session.user is None:
            return False
        return self.hint.sid == session.sid if self.hint.sid is not None else self.hint.is_about(session.user)

    def to_parameters(self) -> dict[str, str]:
        """The same request without its proof: what a form carries on while the person is asked."""
        found = {CLIENT: self.client.client_id if self.client else None, URI: self.uri, STATE: self.state}
        return {name: value for name, value in found.items() if value is not None}


def read(raw: bytes, *, is_query: bool) -> dict[str, str]:
    """The parameters of a request; raises PageError for what can't be read at all."""
    try:
        return parse(raw, PARAMETERS, longest=LONGEST_QUERY if is_query else LONGEST)
    except Malformed as malformed:
        raise damaged(str(malformed)) from None


def damaged(what: str) -> PageError:
    """What a person reads whose application has sent something that can't be read."""
    return PageError(
        "This sign-out link is damaged",
        "The application sent a request that can’t be read, so nobody was signed out.",
        advice=[_HERE, _TELL],
        details={"What is wrong": what},
        reason="malformed_request",
    )


def request_of(parameters: Mapping[str, str], *, issuer: str, keys: KeySet) -> EndSession:
    """What is asked for, checked; raises PageError, and then nobody is signed out or sent anywhere."""
    if len(parameters.get(STATE, "")) > LONGEST_STATE:
        raise damaged("The state is too long.")
    hint = _hint(parameters.get(HINT), issuer, keys)
    client = _client(parameters.get(CLIENT), hint)
    uri = parameters.get(URI)
    if client is None:  # an address that belongs to nobody leads nowhere, and its state is nobody's
        return EndSession(None, None, None, None)
    if uri is not None and client.disabled_at is not None:
        raise _unknown(client.client_id, "client_disabled")
    if uri is not None and uri not in client.post_logout_redirect_uris:
        raise _mismatch(client, uri)
    return EndSession(client, hint, uri, parameters.get(STATE) if uri else None)


def _hint(text: str | None, issuer: str, keys: KeySet) -> Hint | None:
    if text is None:
        return None
    try:
        return id_token_hint.read(text, issuer=issuer, keys=keys)
    except ValueError:
        raise PageError(
            "This sign-out can’t be trusted",
            "What the application sent along to show whom it means isn’t from here, so nobody was signed out.",
            advice=[_HERE, _TELL],
            details={"What is wrong": "The id_token_hint is not one of our ID tokens."},
            reason="untrusted_hint",
        ) from None


def _client(client_id: str | None, hint: Hint | None) -> Client | None:
    if client_id is None:
        return hint.clients[0] if hint else None
    client = clients.by_id(client_id)
    if client is None:
        raise _unknown(client_id, "unknown_client")
    if hint and client.client_id not in {each.client_id for each in hint.clients}:  # RP-Initiated Logout 2
        raise _unknown(client_id, "hint_of_another_client")
    return client


def _unknown(client_id: str, reason: str) -> PageError:
    return PageError(
        "This application isn’t known here",
        "The application that wants you signed out isn’t registered, is switched off, or says that it is another one, so "
        "nobody was signed out.",
        advice=[_HERE, "If you run it, compare the client ID in its settings with: idp client list"],
        details={"Client ID that was sent": client_id},
        reason=reason,
    )


def _mismatch(client: Client, uri: str) -> PageError:
    return PageError(
        "The application’s address after signing out doesn’t match",
        "%(app)s wants you sent on to an address that isn’t registered for it, so nothing was sent there and nobody was "
        "signed out.",
        advice=[
            _HERE,
            "See what is registered with: idp client show %(client_id)s",
            "Add one more address with: idp client set %(client_id)s --add-post-logout-redirect-uri URI",
        ],
        details={"Address that was sent (post_logout_redirect_uri)": uri},
        values={"app": client.name, "client_id": client.client_id},
        reason="post_logout_redirect_uri_mismatch",
        noted={"sent": uri},
    )
