"""The built-in application: its row, made when it is first needed, and the secrets that one sign-in takes.

None of them is stored: the client secret follows from a key, the verifier and the nonce from that key and the state.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from idp import clock, opaque
from idp.oidc import jwt
from idp.oidc.grants import AUTHORIZATION_CODE
from idp.oidc.scopes import OFFLINE_ACCESS, SCOPES
from idp.opaque import Kind
from idp.storage import clients, settings
from idp.storage.database import Conflict, transaction
from idp.storage.models import Client
from idp.storage.models.clients import BUILT_IN

CALLBACK = "/admin/try/callback"
NAME = "Sign-in test"
OFFERED_SCOPES = tuple(scope for scope in SCOPES if scope != OFFLINE_ACCESS)
_KEY = "trial"


@dataclass(frozen=True, slots=True)
class Handles:
    """What belongs to one sign-in, by its state."""

    state: str
    code_verifier: str
    nonce: str


def new_handles() -> Handles:
    """Those of a sign-in that begins."""
    return handles_of(opaque.handle(Kind.STATE))


def handles_of(state: str) -> Handles:
    """Those of the sign-in with this state."""
    key = settings.secret(_KEY)
    return Handles(state, opaque.derived(Kind.CODE_VERIFIER, key, state), opaque.derived(Kind.NONCE, key, state))


def challenge_of(handles: Handles) -> str:
    """What the authorization request says of the verifier (RFC 7636 4.2)."""
    return jwt.b64url(hashlib.sha256(handles.code_verifier.encode()).digest())


def client_secret() -> str:
    """What the application proves itself with."""
    return opaque.derived(Kind.CLIENT_SECRET, settings.secret(_KEY), BUILT_IN)


def redirect_uri(issuer: str) -> str:
    """Where the application receives people back."""
    return issuer + CALLBACK


def ready(issuer: str) -> Client:
    """The application as it has to be, made or set right where it isn't: after a restored backup, under a new address."""
    wanted: dict[str, Any] = {
        "secret_digest": opaque.digest(client_secret()), "redirect_uris": [redirect_uri(issuer)],
        "scopes": list(OFFERED_SCOPES), "grant_types": [AUTHORIZATION_CODE], "skip_consent": True,
        "require_pkce": True, "disabled_at": None,
    }  # fmt: skip
    client = clients.by_id(BUILT_IN)
    if client is None:
        client = _add(wanted)
    elif any(getattr(client, field) != value for field, value in wanted.items()):
        with transaction(durable=True):
            clients.update(client, **wanted, updated_at=clock.now())
    return client


def _add(wanted: dict[str, Any]) -> Client:
    now = clock.now()
    row = {"client_id": BUILT_IN, "created_at": now, "updated_at": now, **wanted}
    for name in (NAME, f"{NAME} ({opaque.identifier()[:8]})"):  # somebody may have an application called so
        try:
            with transaction(durable=True):
                return clients.add(name=name, **row)
        except Conflict:
            if found := clients.by_id(BUILT_IN):  # another process was faster
                return found
    raise AssertionError("a random name can't be taken")
