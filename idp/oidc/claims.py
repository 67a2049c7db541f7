"""What may be told about a person: a closed list of claims, made from the user row and never the row itself.

What administrators add of their own is in `custom_claims`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from idp.custom_claims import sources
from idp.storage import pictures
from idp.storage.models import Client, User


def about(user: User, names: Iterable[str]) -> dict[str, Any]:
    """The named claims about a person; one they don't have is left out, not null (OIDC Core 5.3.2)."""
    found = {name: _CLAIMS[name](user) for name in names if name in _CLAIMS}
    return {name: value for name, value in found.items() if value is not None and value != ""}


def custom(
    user: User, client: Client, scopes: Iterable[str], named: Iterable[str], *, of_client: bool = True
) -> dict[str, Any]:
    """What administrators have added for this application: those about the person come with the scope that brings names."""
    return sources.told(user, client, of_client=of_client, about_person=sources.SCOPE in scopes, named=named)


def groups(user: User) -> list[str]:
    """The names of a person's groups, read once a response, though several things in it hang on them."""
    known: list[str] | None = user.__dict__.get("_group_names")
    if known is None:
        known = user.__dict__["_group_names"] = [name for name, _claims in sources.groups(user)]
    return known


_CLAIMS: dict[str, Callable[[User], Any]] = {
    "name": lambda user: user.display_name or user.username,
    "given_name": lambda user: user.given_name,
    "family_name": lambda user: user.family_name,
    "nickname": lambda user: user.nickname,
    "preferred_username": lambda user: user.username,
    "picture": lambda user: pictures.address(user.picture) if user.picture else None,
    "locale": lambda user: user.locale,
    "zoneinfo": lambda user: user.zoneinfo,
    "updated_at": lambda user: user.updated_at,
    "email": lambda user: user.email,
    "email_verified": lambda user: bool(user.email_verified) if user.email else None,
    "groups": groups,  # always a list, an empty one for none
    "roles": groups,
}
