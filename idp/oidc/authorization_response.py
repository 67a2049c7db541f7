"""The authorization response without HTTP: the code at the end of a sign-in, or the error that says why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from idp import assurance, opaque
from idp.errors import AuthorizationError, PageError
from idp.interaction.facts import Interaction
from idp.interaction.request import ResponseMode
from idp.oidc.tokens import ACCESS_TOKEN_LIFETIME
from idp.opaque import Kind
from idp.storage import grants, interactions, sessions
from idp.storage.database import transaction
from idp.storage.grants import NewGrant
from idp.storage.models import Client, Session

NAMED_LIFETIME = 86_400  # seconds that signing out names an application that can't be told; as long as most sessions
CODE_LIFETIME = 60  # seconds; a redirect needs one, RFC 6749 4.1.2 allows at most ten minutes


@dataclass(frozen=True, slots=True)
class Target:
    """Where the answer goes, good or bad: proven to be the client's before anything else is looked at."""

    redirect_uri: str
    response_mode: ResponseMode
    state: str | None


def issue_code(interaction: Interaction, now: int, *, issuer: str) -> dict[str, str]:
    """End an interaction with a code for its client: the parameters of the answer (RFC 6749 4.1.2, RFC 9207 2).

    Raises PageError when the same interaction has been ended before.
    """
    session, code = interaction.session, opaque.handle(Kind.CODE)
    assert session is not None
    new = new_grant(interaction, now, code_digest=opaque.digest(code))
    with transaction():
        if not sessions.stands(session):  # signed out while this request waited
            raise already_ended()
        if interaction.is_kept and not interactions.take(interaction.id, session):
            raise already_ended()
        grants.add(new)
        interaction.note("code.issued", scopes=new.scopes, acr=new.acr, amr=new.amr)
    return _answer(interaction.request.state, issuer, code=code)


def new_grant(interaction: Interaction, now: int, *, code_digest: str, code_expires_at: int | None = None) -> NewGrant:
    """What a finished sign-in gives its client; written down by nobody yet. Its code lives for a minute unless it is told."""
    request, client, user, session = interaction.request, interaction.client, interaction.user, interaction.session
    assert client is not None and user is not None and session is not None
    proofs = interaction.counting_proofs
    code_expires_at = code_expires_at or now + CODE_LIFETIME
    return NewGrant(
        user=user, client=client, sid=session.sid, scopes=list(request.scopes),
        id_token_claims=[*request.id_token_claims, *interaction.custom_claims(request.custom_id_token_claims)],
        userinfo_claims=[*request.userinfo_claims, *interaction.custom_claims(request.custom_userinfo_claims)],
        auth_time=assurance.auth_time(proofs), acr=interaction.acr, amr=assurance.amr(proofs),
        attempt=interaction.attempt, created_at=now, expires_at=_kept_until(client, session, code_expires_at),
        code_digest=code_digest, code_expires_at=code_expires_at, code_challenge=request.code_challenge,
        redirect_uri=request.redirect_uri if request.device_code is None else None, nonce=request.nonce,
    )  # fmt: skip


def _kept_until(client: Client, session: Session, code_expires_at: int) -> int:
    # It says who has to be told when the session ends, which may be long after the last token, and of whom the person has to
    # be told that they can't be. A device that somebody stays signed in on for a month would keep too many of the latter.
    until = session.expires_at or 0
    if not (client.backchannel_logout_uri or client.frontchannel_logout_uri):
        until = min(until, code_expires_at + NAMED_LIFETIME)
    return max(code_expires_at + ACCESS_TOKEN_LIFETIME, until)


def error_answer(target: Target, error: AuthorizationError, *, issuer: str) -> dict[str, str]:
    """The parameters that tell a client what went wrong (OIDC Core 3.1.2.6)."""
    return _answer(target.state, issuer, error=error.error, error_description=error.description)


def already_ended() -> PageError:
    """What a person reads who comes back to a sign-in that is over."""
    return PageError(
        "This sign-in is over",
        "You have finished it already, it took longer than an hour, or it was begun in another browser.",
        status=410,
        advice=["Go back to what you wanted to open and sign in again. You may be signed in there already."],
        reason="interaction_gone",
    )


def _answer(state: str | None, issuer: str, **parameters: str) -> dict[str, str]:
    return {**parameters, **({"state": state} if state is not None else {}), "iss": issuer}
