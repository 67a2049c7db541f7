"""`sub`: by what identifier one application knows a person (OIDC Core 8)."""

from __future__ import annotations

from idp.storage.models import Client, User


def subject_identifier(user: User, client: Client) -> str:
    """The `sub` that this client is told about this person, everywhere and always the same."""
    return str(user.sub)
