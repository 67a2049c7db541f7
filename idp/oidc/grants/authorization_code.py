"""Exchanging an authorization code for tokens, once (RFC 6749 4.1.3, RFC 7636 4.5)."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from idp import activity, opaque, subject_identifier
from idp.errors import TokenError
from idp.oidc import first_tokens
from idp.oidc.client_call import ClientCall
from idp.oidc.grants import AUTHORIZATION_CODE
from idp.oidc.jwt import b64url
from idp.opaque import Kind
from idp.storage import grants
from idp.storage.database import transaction
from idp.storage.models import Grant, User

GRANT_TYPE = AUTHORIZATION_CODE
PARAMETERS = frozenset({"code", "redirect_uri", "code_verifier"})
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 4.1


def respond(call: ClientCall) -> dict[str, Any]:
    """An access token, and an ID token where `openid` was granted."""
    grant, user = _find(call)
    answer = first_tokens.give(call, grant, user, GRANT_TYPE)
    if answer is None:
        raise _replayed(call, grant, user)
    return answer


def _find(call: ClientCall) -> tuple[Grant, User]:
    if "code" not in call.form:
        raise TokenError("invalid_request", "The code is missing.")
    code = call.form["code"]
    # A device code stands in the same column, but is for another grant type.
    found = grants.find_by_code(opaque.digest(code)) if opaque.is_of(Kind.CODE, code) else None
    if found is None:
        raise _refused("unknown_code")
    grant, user = found
    if grant.client_id != call.client.id:
        raise _refused("code_of_another_client", grant)
    # RFC 6749 4.1.3: the same redirect URI as at the authorization endpoint.
    if call.form.get("redirect_uri") != grant.redirect_uri:
        sent = call.form.get("redirect_uri", "(none)")
        raise _refused("redirect_uri_differs", grant, sent=sent, expected=grant.redirect_uri or "(none)")
    if problem := _verifier_problem(grant, call.form.get("code_verifier")):
        raise _refused(problem, grant)
    if grant.code_used_at is not None:
        raise _replayed(call, grant, user)
    if (grant.code_expires_at or 0) <= call.now:
        raise _refused("code_expired", grant)
    if grant.revoked_at is not None or user.disabled_at is not None:
        raise _refused("grant_revoked", grant)
    if not subject_identifier.is_known(user, call.client):
        raise _refused("no_checked_email", grant)
    return grant, user


def _verifier_problem(grant: Grant, verifier: str | None) -> str | None:
    if grant.code_challenge is None:
        # RFC 9700 2.1.1: a verifier without a challenge means that somebody took the challenge out on the way.
        return "verifier_without_challenge" if verifier is not None else None
    if verifier is None:
        return "verifier_missing"
    if not _VERIFIER.fullmatch(verifier):
        return "verifier_malformed"
    computed = b64url(hashlib.sha256(verifier.encode()).digest())
    return None if opaque.same(computed, grant.code_challenge) else "verifier_wrong"


def _replayed(call: ClientCall, grant: Grant, user: User) -> TokenError:
    """A code that is right in every way comes a second time: whoever used it first may be a thief (RFC 6749 4.1.2)."""
    with transaction(durable=True):
        if grants.revoke(grant.id, call.now):
            activity.record(
                "grant.revoked",
                attempt=grant.attempt,
                user=user.username,
                client=call.client.client_id,
                address=call.address,
                reason="code_replayed",
            )
    return _refused("code_replayed", grant)


def _refused(reason: str, grant: Grant | None = None, **noted: str) -> TokenError:
    # One text for every reason: it repeats nothing of the request and helps nobody to guess (RFC 6749 5.2).
    return TokenError(
        "invalid_grant", "The code is unknown, expired, used, or not for this call.", reason=reason,
        attempt=grant.attempt if grant else None, noted=noted,
    )  # fmt: skip
