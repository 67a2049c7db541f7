"""Which client calls, proved by its secret or its key; a failure changes nothing, so the client may try its other method."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from urllib.parse import unquote_plus

from idp import clock, opaque
from idp.errors import TokenError
from idp.oidc import client_assertion, hashed_secret
from idp.oidc.client_assertion import PRIVATE_KEY_JWT
from idp.storage import clients
from idp.storage.models import Client

BASIC, POST, NONE = "client_secret_basic", "client_secret_post", "none"
METHODS = (BASIC, POST, PRIVATE_KEY_JWT, NONE)
WITHOUT_SECRET = (PRIVATE_KEY_JWT, NONE)
_NOBODYS = opaque.digest("the secret of no client")


def authenticate(
    authorization: str | None,
    form: Mapping[str, str],
    *,
    audiences: Collection[str] = (),
    either_secret: bool = False,
    address: str | None = None,
) -> Client:
    """The client that proves to be itself at an endpoint; raises TokenError (RFC 6749 2.3, 5.2).

    `audiences` are the names under which an assertion may be addressed to this endpoint; with `either_secret` a secret may
    come in the header or in the form, whichever of the two the client is held to. `address` is where the request came from.
    """
    ways = (authorization is not None) + ("client_secret" in form) + client_assertion.is_in(form)
    if ways > 1:  # RFC 6749 2.3: not more than one method a request
        raise TokenError("invalid_request", "The client used two authentication methods at once.")
    if client_assertion.is_in(form):
        return client_assertion.authenticate(form, audiences, clock.now())
    if authorization is not None:
        return _by_basic(authorization, form.get("client_id"), either_secret, address)
    if "client_id" not in form:
        raise TokenError("invalid_client", "The client is missing.", status=401, challenge=True, reason="no_client")
    client = clients.by_id(form["client_id"])
    method = POST if "client_secret" in form else NONE
    reason = _refusal(client, form.get("client_secret", ""), method, either_secret, address)
    if reason or client is None:
        raise _failed(reason, challenge=False, client_id=form["client_id"], method=method)
    return client


def _by_basic(header: str, client_id_in_form: str | None, either_secret: bool, address: str | None) -> Client:
    scheme, _, encoded = header.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError("another scheme")
        name, colon, secret = base64.b64decode(encoded.strip(" "), validate=True).decode().partition(":")
        if not colon:
            raise ValueError("no secret")
    except (ValueError, binascii.Error):
        raise _failed("broken_basic_header", challenge=True) from None
    sent = unquote_plus(name)
    reason = None
    # RFC 6749 2.3.1 wants both form-urlencoded, many applications send them raw; ours need no escaping, ids and secrets
    # that an administrator brought along may.
    for client_id, given in dict.fromkeys([(unquote_plus(name), unquote_plus(secret)), (name, secret)]):
        client = clients.by_id(client_id)
        method = BASIC if given else NONE  # of public clients some send an empty secret
        refusal = _refusal(client, given, method, either_secret, address)
        if refusal is None and client is not None:
            if client_id_in_form not in (None, client.client_id):
                raise TokenError("invalid_request", "The header and the form name different clients.")
            return client
        reason = reason or refusal
    raise _failed(reason, challenge=True, client_id=sent, method=BASIC)


def _refusal(client: Client | None, secret: str, method: str, either_secret: bool, address: str | None) -> str | None:
    """Why this isn't that client, for the activity log only; None when it is."""
    # The same work whether or not there is such a client. A client without a secret is public, and nothing else is.
    is_right = _is_secret(client, secret, address)
    if client is None:
        return "unknown_client"
    if client.disabled_at is not None:
        return "client_disabled"
    accepted = (None, BASIC, POST) if either_secret else (None, method)
    if client.is_public != (method == NONE) or (not client.is_public and client.auth_method not in accepted):
        return f"wrong_method_{method}"
    return None if client.is_public or is_right else "wrong_secret"


def _is_secret(client: Client | None, secret: str, address: str | None) -> bool:
    """Whether this is one of the client's secrets; each is compared, so that time doesn't tell which one it was."""
    digest = opaque.digest(secret)
    stored = client.secret_digest if client else None
    if client is not None and stored and stored.startswith(hashed_secret.SCHEME):
        return secret != "" and hashed_secret.is_secret(client, secret, clock.now(), address)
    found = opaque.same(digest, stored or _NOBODYS) and stored is not None
    if client is not None and client.earlier_secrets:
        now = clock.now()
        for earlier in client.earlier_secrets:
            found |= opaque.same(digest, earlier["digest"]) and earlier["expires_at"] > now
    return found


def _failed(reason: str | None, *, challenge: bool, client_id: str | None = None, method: str = "") -> TokenError:
    return TokenError(
        "invalid_client",
        "The client is unknown, or its secret is wrong.",
        status=401,
        challenge=challenge,
        reason=reason or "unknown_client",
        noted={"method": method} if reason == "wrong_secret" else None,
        client_id=client_id,
    )
