"""Clients that register themselves and keep their registration up to date (RFC 7591, RFC 7592, OIDC Registration)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from idp import activity, clock, opaque, throttle
from idp.endpoints import REGISTRATION
from idp.errors import BearerError, Invalid, TokenError
from idp.oidc import client_name, initial_access, registered_metadata, registration
from idp.oidc.registered_metadata import wrong
from idp.opaque import Kind
from idp.said import to_anybody
from idp.storage import clients, consents
from idp.storage.database import transaction
from idp.storage.models import Client

_TRIES = 5  # to find a free name while others register, too
_NOBODYS = opaque.digest("the registration token of no client")
# RFC 7592 2.2: what only we say.
_OURS = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")


def register(handle: str, body: bytes, *, issuer: str, now: int, address: str | None) -> dict[str, Any]:
    """A new client with its secret and its registration access token, told this once.

    Raises BearerError when the initial access token isn't good (any more), TokenError for metadata that can't be taken. A
    refusal uses nothing up.
    """
    token = initial_access.check(handle, now)
    given = registered_metadata.fields(registered_metadata.read(body))
    wanted = given.pop("name", None) or client_name.usual(given)
    _check(wanted, given)
    management = opaque.handle(Kind.REGISTRATION_ACCESS_TOKEN)

    def add(name: str) -> tuple[Client, str | None]:
        with transaction(durable=True):
            initial_access.use(token, now)
            client, secret = registration.add(
                name, sector_is_checked=True, registration_token_digest=opaque.digest(management), registered_by=token.name, **given
            )  # fmt: skip
            activity.record("client.registered", client=client.client_id, address=address, token=token.id)
        return client, secret

    try:
        client, secret = _under_a_free_name(wanted, None, add)
    except Invalid as invalid:
        raise _refusal(invalid) from None
    return _answer(client, management, issuer, secret)


def _check(wanted: str, given: dict[str, Any]) -> None:
    """Raises TokenError for what can't be taken, whoever else registers at this moment; asks the network."""
    try:
        registration.check(client_name.free(wanted), **given)
    except Invalid as invalid:
        if invalid.problems.keys() != {"name"}:
            raise _refusal(invalid) from None
    try:
        registration.check_sector(None, given)
    except Invalid as invalid:
        raise _refusal(invalid) from None


def find(client_id: str, handle: str) -> Client:
    """The client whose registration this token manages; raises BearerError, also where there is no such client."""
    return _managed(clients.by_id(client_id), handle)


def _managed(client: Client | None, handle: str) -> Client:
    """The client, unless this token isn't (any more) the one that manages its registration; raises BearerError."""
    stored = client.registration_token_digest if client is not None and client.disabled_at is None else None
    is_right = opaque.same(opaque.digest(handle), stored or _NOBODYS)
    if client is None or stored is None or not is_right:
        raise _not_managed()
    return client


def show(client: Client, handle: str, *, issuer: str) -> dict[str, Any]:
    """What is registered (RFC 7592 2.1); never the secret, of which only a digest is kept."""
    return _answer(client, handle, issuer)


def replace(client: Client, handle: str, body: bytes, *, issuer: str) -> dict[str, Any]:
    """Take other metadata in the place of all that is registered (RFC 7592 2.2); raises TokenError.

    The token stays the same: a client whose answer was lost could never manage its registration again. What changes nothing
    is not written; what does ends the trust of administrators and of people, which was in what the client was then.
    """
    wanted, wish = _wished(client, registered_metadata.read(body))
    if wish is not None:  # before the names of others are looked at: who tries many would learn what others are called
        _count_change(client)
    name = client.name if wish is None else client_name.free(wish, client)
    if name == client.name and all(getattr(client, field) == value for field, value in wanted.items()):
        return _answer(client, handle, issuer)
    try:
        registration.check_change(client, accept_new_subjects=True, **wanted)
        if wish is None:
            _count_change(client)
        registration.check_sector(client, wanted)
        if wish is None:
            changed, secret = _change(client, handle, client.name, wanted)
        else:
            changed, secret = _under_a_free_name(wish, client, lambda name: _change(client, handle, name, wanted))
    except Invalid as invalid:
        raise _refusal(invalid) from None
    return _answer(changed, handle, issuer, secret)


def _wished(client: Client, members: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The fields that a client wishes for, and the name where it wishes for another one; raises TokenError."""
    if members.get("client_id") != client.client_id:
        raise wrong("The client_id is not that of this registration.")
    if given := next((name for name in _OURS if name in members), None):
        raise wrong(f"{given} can not be chosen by a client.")
    secret = members.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and _is_secret(client, secret)):
        raise wrong("The client_secret is not the one that was issued, and can not be chosen by a client.")
    wanted = registered_metadata.fields(members)
    wish = wanted.pop("name", None)
    return wanted, None if wish == client.name else wish


def _change(client: Client, handle: str, name: str, wanted: dict[str, Any]) -> tuple[Client, str | None]:
    """The client as it is from now on, and the secret that it has now and hadn't before; raises BearerError and Invalid.

    All at once, or a client could be left with a secret that nobody has been told, or with the trust of before.
    """
    renamed = {} if name == client.name else {"name": name}
    with transaction(durable=True):
        before = _managed(clients.alone(client), handle)  # an administrator may have taken it over, or deleted it
        changed = registration.change(
            client, accept_new_subjects=True, sector_is_checked=True, checked_at=None, skip_consent=False,
            **wanted, **renamed,
        )  # fmt: skip
        consents.forget_all(changed)
        # Whoever proved itself by its keys until now has never been told a secret.
        is_first = changed.has_secret and not before.has_secret
        secret = registration.rotate_secret(changed) if is_first else None
    return changed, secret


def _under_a_free_name(
    wish: str, client: Client | None, do: Callable[[str], tuple[Client, str | None]]
) -> tuple[Client, str | None]:
    """What comes of doing it under a name that is free; again under another one when somebody else was faster."""
    for tries in range(_TRIES - 1):
        try:
            return do(client_name.free(wish, client, is_hurried=tries > 1))
        except Invalid as invalid:
            if invalid.problems.keys() != {"name"}:
                raise
    return do(client_name.free(wish, client, is_hurried=True))


def _count_change(client: Client) -> None:
    """Raises TokenError when there have been too many; a token counts new registrations, but nothing else counts changes."""
    with transaction():
        if not throttle.may_change_registration(client.client_id, clock.now()):
            raise TokenError(
                "temporarily_unavailable", "This registration has changed too often. Try again in an hour.", status=429
            )


def delete(client: Client) -> None:
    """Take a client's own wish to be forgotten (RFC 7592 2.3); raises BearerError when it has been already."""
    try:
        registration.delete(client)
    except Invalid:  # an administrator, or it itself, was faster
        raise _not_managed() from None


def let_go(client: Client) -> None:
    """Take from a client what it manages its own registration with: from now on administrators alone change it."""
    with transaction(durable=True):
        clients.update(registration.held(client), registration_token_digest=None)
        activity.record("client.changed", client=client.client_id, fields=["registration_token"])


def _not_managed() -> BearerError:
    return BearerError("invalid_token", "The registration access token is not good for this address.")


def _answer(client: Client, handle: str, issuer: str, secret: str | None = None) -> dict[str, Any]:
    return registered_metadata.told(client, secret) | {
        "registration_access_token": handle,
        "registration_client_uri": f"{issuer}{REGISTRATION}?client_id={quote(client.client_id, safe='')}",
    }


def _is_secret(client: Client, secret: str) -> bool:
    return client.secret_digest is not None and opaque.same(opaque.digest(secret), client.secret_digest)


def _refusal(invalid: Invalid) -> TokenError:
    field, sentence = next(iter(invalid.problems.items()))
    error = "invalid_redirect_uri" if field == "redirect_uris" else "invalid_client_metadata"
    return wrong(to_anybody(sentence), error, reason=sentence)
