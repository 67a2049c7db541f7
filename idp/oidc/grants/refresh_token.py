"""Exchanging a refresh token for fresh tokens, once (RFC 6749 6, OIDC Core 12, RFC 9700 4.14.2)."""

from __future__ import annotations

from typing import Any

from idp import activity, assurance, opaque, subject_identifier
from idp.assurance import AAL1, AAL2
from idp.errors import TokenError
from idp.interaction import access
from idp.oidc import claims, rotation, scopes, tokens
from idp.oidc.client_call import ClientCall
from idp.oidc.grants import REFRESH_TOKEN
from idp.storage import access_tokens, grants, refresh_tokens, users
from idp.storage.database import transaction
from idp.storage.models import Client, Grant, RefreshToken, User

GRANT_TYPE = REFRESH_TOKEN
PARAMETERS = frozenset({"refresh_token", "scope"})


def respond(call: ClientCall) -> dict[str, Any]:
    """A new access token, the next refresh token, and an ID token about the sign-in of then where `openid` was granted.

    The tokens are made before the old one is used up, so that no write waits for a signature. Whoever finds that somebody
    else was faster at the same instant looks again, and gets what that one got.
    """
    for _ in range(2):
        used, grant, user = _find(call)
        granted = _scopes(call, grant)
        at = call.now if used.used_at is None else used.used_at
        answer = _answer(call, grant, user, granted, at)
        with transaction():
            is_first = used.used_at is None and refresh_tokens.use(used.digest, call.now)
            if is_first:
                rotation.add(answer["refresh_token"], grant, call.now)
                _forget_expired(grant, call.now)
            if is_first or used.used_at is not None:
                narrowed = granted if granted != grant.scopes else None
                digest = opaque.digest(answer["access_token"])
                access_tokens.keep(digest, grant.id, at + tokens.ACCESS_TOKEN_LIFETIME, narrowed)
                activity.record(
                    "token.issued" if is_first else "token.repeated", attempt=grant.attempt, user=user.username,
                    client=call.client.client_id, address=call.address, grant_type=GRANT_TYPE,
                )  # fmt: skip
                return answer
    raise _refused("used_meanwhile", grant)


def _answer(call: ClientCall, grant: Grant, user: User, granted: list[str], at: int) -> dict[str, Any]:
    """What the first use at an instant is answered, and who asks again; ID tokens are signed anew."""
    made: dict[str, Any] = {
        "issuer": call.issuer, "keys": call.keys, "client": call.client, "grant": grant, "user": user, "scopes": granted,
    }  # fmt: skip
    handle, follower = rotation.following(call.form["refresh_token"], granted)
    answer: dict[str, Any] = {
        "access_token": tokens.access_token(handle, **made, now=at),
        "token_type": "Bearer",
        "expires_in": at + tokens.ACCESS_TOKEN_LIFETIME - call.now,
        "scope": " ".join(granted),
        "refresh_token": follower,
    }
    if scopes.OPENID in granted:
        answer["id_token"] = tokens.id_token(**made, nonce=None, access_token=answer["access_token"], now=call.now)
    return answer


def _forget_expired(grant: Grant, now: int) -> None:
    """Delete what has expired of a grant that goes on for weeks; of a young one nothing can have."""
    if now - grant.created_at >= tokens.ACCESS_TOKEN_LIFETIME:
        access_tokens.forget_expired(grant.id, now)
    if now - grant.created_at >= rotation.IDLE_LIFETIME:
        refresh_tokens.forget_expired(grant.id, now)


def _find(call: ClientCall) -> tuple[RefreshToken, Grant, User]:
    """The token, unless it's worth nothing to this client now; a used one only for a client that asks again."""
    if "refresh_token" not in call.form:
        raise TokenError("invalid_request", "The refresh_token is missing.")
    presented = call.form["refresh_token"]
    found = refresh_tokens.find(opaque.digest(presented))
    if found is None:
        raise _refused("unknown_refresh_token")
    token, grant, user = found
    if grant.client_id != call.client.id:
        raise _refused("refresh_token_of_another_client", grant)
    if token.used_at is not None and not _is_retry(presented, token.used_at, call.now):
        raise _reused(call, grant, user)
    if token.expires_at <= call.now:
        raise _refused("refresh_token_expired", grant)
    if problem := _problem(call.client, grant, user):
        raise _refused(problem, grant)
    return token, grant, user


def _is_retry(presented: str, used_at: int, now: int) -> bool:
    """Whether a used token comes from a client that lost the answer: at once, and before it used what it was given."""
    if now - used_at > rotation.RETRY_WITHIN:
        return False
    _, follower = rotation.following(presented, ())
    return refresh_tokens.is_unused(opaque.digest(follower))


def _problem(client: Client, grant: Grant, user: User) -> str | None:
    """Why a grant gives no more tokens, though they haven't been taken back: what a sign-in would need now."""
    if grant.revoked_at is not None or user.disabled_at is not None:
        return "grant_revoked"
    if not rotation.is_for(client, scopes.still_offered(client, grant.scopes)):
        return "no_refresh_tokens_any_more"
    if client.allowed_groups and not access.is_for(client, claims.groups(user)):
        return "not_in_group"
    if not subject_identifier.is_known(user, client):
        return "no_checked_email"
    wanted = AAL2 if client.require_mfa or (grant.acr == AAL1 and users.second_factor(user)[1]) else AAL1
    return None if assurance.meets(grant.acr or AAL1, wanted) else "second_factor_wanted"


def _scopes(call: ClientCall, grant: Grant) -> list[str]:
    """What the new access token opens: all that was granted, or the part of it that is asked for (RFC 6749 6)."""
    granted = scopes.still_offered(call.client, grant.scopes)
    if "scope" in call.form:
        asked = call.form["scope"].split()
        if not set(asked) <= set(grant.scopes):
            raise TokenError(
                "invalid_scope", "A refresh can only ask for scopes that were granted.", attempt=grant.attempt
            )
        granted = [scope for scope in granted if scope in asked]
    if not granted:
        raise TokenError("invalid_scope", "Nothing is left of the scopes that were granted.", attempt=grant.attempt)
    return granted


def _reused(call: ClientCall, grant: Grant, user: User) -> TokenError:
    """A token that has been used comes a second time: one of the two who had it is a thief (RFC 9700 4.14.2)."""
    with transaction(durable=True):
        if grants.revoke(grant.id, call.now):
            activity.record(
                "grant.revoked", attempt=grant.attempt, user=user.username, client=call.client.client_id,
                address=call.address, reason="refresh_token_reused",
            )  # fmt: skip
    return _refused("refresh_token_reused", grant)


def _refused(reason: str, grant: Grant | None = None) -> TokenError:
    # One text for every reason, as for codes.
    return TokenError(
        "invalid_grant", "The refresh token is unknown, expired, used, or not for this request.", reason=reason,
        attempt=grant.attempt if grant else None,
    )  # fmt: skip
