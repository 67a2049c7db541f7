"""Adding, changing and removing clients: one validator behind the command line and every form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from idp import activity, clock, opaque
from idp.errors import Invalid, NotFound
from idp.oidc import chosen_name, client_metadata, sector, subject_metadata
from idp.oidc.client_assertion import PRIVATE_KEY_JWT
from idp.oidc.client_authentication import NONE, WITHOUT_SECRET
from idp.opaque import Kind
from idp.storage import clients, users
from idp.storage.database import Conflict, transaction
from idp.storage.models import Client
from idp.storage.models.clients import BUILT_IN

LEAST_SECRET = 32  # characters; kept as a plain SHA-256, so it has to be too long to guess
LONGEST_KEPT = 30 * 86_400  # seconds; an old secret is for the time until the new one is entered
MOST_EARLIER_SECRETS = 4  # each is compared at each call
_CLIENT_ID = re.compile(r"[A-Za-z0-9._~][A-Za-z0-9._~-]{2,127}")  # no hyphen first: it would pass for an option
_SECRET = re.compile(r"[!-~]{32,255}")


def get(client_id: str) -> Client:
    """The client with this id, or with this name; raises NotFound."""
    client = clients.by_id(client_id) or clients.by_name(client_id)
    if client is None or client.is_built_in:
        raise NotFound(f"There is no client with the id or the name {client_id!r}. See: idp client list")
    return client


def held(client: Client) -> Client:
    """The client as it is now, which nobody else changes until the open transaction ends; raises Invalid once it is gone."""
    now = clients.alone(client)
    if now is None:
        raise _gone(client)
    return now


def add(
    name: str,
    *,
    client_id: str | None = None,
    client_secret: str | None = None,
    sector_is_checked: bool = False,
    **metadata: Any,
) -> tuple[Client, str | None]:
    """A new client and its secret, which is told this once; raises Invalid with a sentence for each wrong field.

    Who calls this inside a transaction has looked at the client's sector before, as that asks the network.
    """
    metadata = {**client_metadata.defaults(metadata.get("grant_types")), **metadata}
    client_id = client_id or opaque.handle(Kind.CLIENT_ID)
    has_secret = metadata.get("auth_method") not in WITHOUT_SECRET
    secret = (client_secret or opaque.handle(Kind.CLIENT_SECRET)) if has_secret else None
    problems = client_metadata.problems({"name": name, **metadata})
    if not _CLIENT_ID.fullmatch(client_id):
        problems["client_id"] = "A client id has 3 to 128 letters, digits, dots, hyphens, underscores or tildes."
    if client_secret is not None:
        if not has_secret:
            problems["client_secret"] = f"A client with the auth method {metadata['auth_method']} has no secret."
        elif not _SECRET.fullmatch(client_secret) or len(set(client_secret)) < 8:
            problems["client_secret"] = f"A client secret has at least {LEAST_SECRET} random printable characters."
    if client_id == BUILT_IN or clients.by_id(client_id):
        problems["client_id"] = f"There is a client with the id {client_id} already."
    if users.by_sub(client_id):  # RFC 9700 4.15: a client's own tokens must not look like a person's
        problems["client_id"] = "This client id is the identifier of a person."
    if problems:
        raise Invalid(**problems)
    if not sector_is_checked:
        check_sector(None, metadata)
    now = clock.now()
    try:
        with transaction(durable=True):
            if wrong := chosen_name.problem(name):  # once more, as nobody else can take one alike from here on
                raise Invalid(name=wrong)
            digest = opaque.digest(secret) if secret else None
            client = clients.add(
                client_id=client_id, name=name, secret_digest=digest, created_at=now, updated_at=now, **metadata
            )
            activity.record("client.added", client=client_id, name=name)
    except Conflict:
        raise Invalid(name=chosen_name.taken(name)) from None
    return client, secret


def check(name: str, **metadata: Any) -> None:
    """Raises Invalid where `add` would, as far as can be told before; for who looks before they save."""
    wanted = {**client_metadata.defaults(metadata.get("grant_types")), **metadata}
    if problems := client_metadata.problems({"name": name, **wanted}):
        raise Invalid(**problems)


def change(
    client: Client, *, accept_new_subjects: bool = False, sector_is_checked: bool = False, **metadata: Any
) -> Client:
    """Change a client's metadata; raises Invalid. Nothing but what is given changes.

    What gives a client's people other subjects, and so other accounts there, has to be accepted.
    A client that proves itself by its keys from now on loses its secrets; the other way round it gets one that nobody knows,
    so whoever changes it has to make a new one with `rotate_secret`.
    """
    if not sector_is_checked:
        check_change(client, accept_new_subjects=accept_new_subjects, **metadata)  # what is wrong anyway asks nobody
        check_sector(client, metadata)
    try:
        with transaction(durable=True):
            now = held(client)  # others may have changed it since it was looked up, and the two must not contradict
            check_change(now, accept_new_subjects=accept_new_subjects, **metadata)
            if _sector(now, metadata) != _sector(client, metadata):
                raise Invalid(**{sector.FIELD: f"The addresses of {client.name} have just been changed. Try it again."})
            clients.update(now, **metadata, **_secrets_after(now, metadata), updated_at=clock.now())
            activity.record("client.changed", client=client.client_id, fields=sorted(metadata))
            return held(now)
    except Conflict:  # somebody else took the name between our look and our write
        raise Invalid(name=chosen_name.taken(metadata.get("name", client.name))) from None


def check_change(client: Client, *, accept_new_subjects: bool = False, **metadata: Any) -> None:
    """Raises Invalid where `change` would without asking the network; for who looks before they save."""
    _leave_our_own(client)
    if problems := client_metadata.problems(metadata, client):
        raise Invalid(**problems)
    if "auth_method" in metadata and (metadata["auth_method"] == NONE) != client.is_public:
        raise Invalid(auth_method="A client with a secret can't become public or the other way round. Add a new one.")
    if not accept_new_subjects and (sentence := subject_metadata.change_problem(client, metadata)):
        said = f"{sentence} Confirm it if you want that: idp client set {client.client_id} … --yes"
        raise Invalid(**{subject_metadata.ACCEPTED: said})


def check_sector(client: Client | None, metadata: Mapping[str, Any]) -> None:
    """Raises Invalid when a client's sector, as it would be, doesn't know its redirect URIs; asks the network."""
    if asked := _sector(client, metadata):
        sector.check(*asked)


def _sector(client: Client | None, metadata: Mapping[str, Any]) -> tuple[str, Sequence[str]] | None:
    """What the network is asked about when metadata change: sector and redirect URIs as they would be; None for nothing."""
    if not metadata.keys() & {sector.FIELD, "redirect_uris"}:
        return None
    uri, redirect_uris = (
        metadata.get(field, getattr(client, field, None)) for field in (sector.FIELD, "redirect_uris")
    )
    return None if uri is None else (uri, redirect_uris or ())


def _secrets_after(client: Client, metadata: dict[str, Any]) -> dict[str, Any]:
    """What happens to a client's secrets when it is to prove itself in another way."""
    by_key = metadata.get("auth_method", client.auth_method) == PRIVATE_KEY_JWT
    if by_key == (client.auth_method == PRIVATE_KEY_JWT):
        return {}
    return {
        "secret_digest": None if by_key else opaque.digest(opaque.handle(Kind.CLIENT_SECRET)),
        "earlier_secrets": [],
    }


def switch(client: Client, *, on: bool) -> None:
    """Switch a client off, so that none of its tokens is worth anything, or on again."""
    _leave_our_own(client)
    now = clock.now()
    with transaction(durable=True):
        clients.update(held(client), disabled_at=None if on else now, updated_at=now)
        activity.record("client.enabled" if on else "client.disabled", client=client.client_id)


def rotate_secret(client: Client, *, keep: int = 0) -> str:
    """A new secret, told this once; the old ones stay good for `keep` seconds more, or not at all."""
    _leave_our_own(client)
    if not 0 <= keep <= LONGEST_KEPT:
        raise Invalid(keep=f"An old secret can stay good for {LONGEST_KEPT // 86_400} days at most.")
    secret, now = opaque.handle(Kind.CLIENT_SECRET), clock.now()
    with transaction(durable=True):
        current = held(client)  # two at the same instant must not forget each other's secret
        if current.is_public:
            raise Invalid(client=f"{client.name} is a public client: it has no secret.")
        if not current.has_secret:
            raise Invalid(client=f"{client.name} proves itself by its keys: it has no secret.")
        before = [{"digest": current.secret_digest, "expires_at": now + keep}, *current.earlier_secrets]
        kept = [
            {**earlier, "expires_at": min(earlier["expires_at"], now + keep)}
            for earlier in before
            if earlier["expires_at"] > now
        ]
        clients.update(
            current, secret_digest=opaque.digest(secret), updated_at=now,
            earlier_secrets=kept[:MOST_EARLIER_SECRETS] if keep else [],
        )  # fmt: skip
        activity.record("client.secret_rotated", client=client.client_id, kept=keep)
    return secret


def forget_earlier_secrets(client: Client) -> None:
    """Let nothing but the newest secret count from now on."""
    with transaction(durable=True):
        clients.update(held(client), earlier_secrets=[], updated_at=clock.now())
        activity.record("client.secrets_forgotten", client=client.client_id)


def delete(client: Client) -> None:
    """Remove a client with everything granted to it."""
    _leave_our_own(client)
    with transaction(durable=True):
        if not clients.remove(client):
            raise _gone(client)
        activity.record("client.deleted", client=client.client_id, name=client.name)


def _gone(client: Client) -> Invalid:
    return Invalid(client=f"{client.name} has just been deleted.")


def _leave_our_own(client: Client) -> None:
    if client.is_built_in:
        raise Invalid(client=f"{client.name} is a part of this provider and can't be changed.")
