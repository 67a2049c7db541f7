"""`sub`: by what identifier an application knows a person, the same wherever it is told (OIDC Core 2, 8)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from idp.storage import settings
from idp.storage.models import Client, User

PUBLIC, PAIRWISE = "public", "pairwise"
TYPES = (PUBLIC, PAIRWISE)
UUID, USERNAME, EMAIL = "uuid", "username", "email"
SOURCES = (UUID, USERNAME, EMAIL)
LENGTH = 48  # hexadecimal digits, 192 bits; some applications take no more than 50, and none of : / or blanks
_salt = settings.remembered_secret("pairwise_subjects")  # whoever loses it gives everybody new accounts


def subject_identifier(user: User, client: Client) -> str:
    """The `sub` that this client is told about this person.

    Where `is_known` says no, it's one that belongs to nobody: such a sign-in is refused, what is left of older ones goes on.
    """
    if client.subject_type == PAIRWISE:
        return _pairwise(user, sector(client.sector_identifier_uri, client.redirect_uris) or client.client_id)
    if client.subject_source == USERNAME:
        return str(user.username)
    if client.subject_source == EMAIL and is_known(user, client):
        return str(user.email)
    return str(user.sub)


def is_known(user: User, client: Client) -> bool:
    """Whether the client can be told who this is.

    An address that nobody has checked would let its bearer into the account of whoever really has it.
    """
    return client.subject_source != EMAIL or (user.email is not None and bool(user.email_verified))


def sector(sector_identifier_uri: str | None, redirect_uris: Sequence[str]) -> str | None:
    """The host that pairwise subjects are made for (OIDC Core 8.1); None when the addresses have several, or none.

    What stands in the place of a host in an app's own scheme is any word: it may be a stranger's host, and proves nothing.
    """
    uris = [sector_identifier_uri] if sector_identifier_uri else redirect_uris
    hosts = {_host(uri) for uri in uris}
    return hosts.pop() if len(hosts) == 1 else None


def _host(uri: str) -> str | None:
    try:
        parts = urlsplit(uri)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:  # what is no address at all; who registers it is told so by the rules of addresses
        return None


def rule(
    subject_type: str, subject_source: str, sector_identifier_uri: str | None, redirect_uris: Sequence[str]
) -> tuple[str, str | None]:
    """All that decides which subjects a client is told; where it becomes another, each of them does."""
    if subject_type == PAIRWISE:
        return PAIRWISE, sector(sector_identifier_uri, redirect_uris)
    return subject_source, None


def _pairwise(user: User, sector: str) -> str:
    # A sector has no line break, and neither has a person's own `sub`: no two pairs make one text.
    text = f"{sector}\n{user.sub}"
    return hmac.new(_salt.value().encode(), text.encode(), hashlib.sha256).hexdigest()[:LENGTH]
