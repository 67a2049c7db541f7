"""Which custom claims somebody has at an application, and where each comes from.

The application's own are for everybody who signs in to it, a group's for its members, a person's for them alone. Where two
have the same name the person's counts before a group's, and a group's before the application's; of two groups the one whose
name comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from idp.custom_claims.reserved import is_reserved
from idp.storage import users
from idp.storage.models import Client, User

SCOPE = "profile"  # brings those about people, as names aren't all that an application is told of them


@dataclass(frozen=True, slots=True)
class Claim:
    """A value and whose it is: the application's, the group's with this name, or the person's."""

    value: Any
    of: Literal["application", "group", "person"]
    group: str | None = None


def told(
    user: User, client: Client, *, of_client: bool, about_person: bool, named: Iterable[str] = ()
) -> dict[str, Any]:
    """The same as `found` without where each comes from."""
    if not client.claims and not user.claims and user.has_group_claims is False:  # nearly everybody, nearly everywhere
        return {}
    claims = found(user, client, of_client=of_client, about_person=about_person, named=named)
    return {name: claim.value for name, claim in claims.items()}


def found(
    user: User, client: Client, *, of_client: bool, about_person: bool, named: Iterable[str] = ()
) -> dict[str, Claim]:
    """The custom claims of somebody at an application, by name: its own, those about the person, and what is `named` of both.

    Whatever the tables hold, a name of the protocol or of the account is never among them.
    """
    asked = frozenset(named)
    of_them = asked if SCOPE in client.scopes else frozenset()
    own = {name: Claim(value, "application") for name, value in client.claims.items() if of_client or name in asked}
    persons = of_person(user) if about_person or of_them else {}
    every = own | {name: claim for name, claim in persons.items() if about_person or name in of_them}
    return {name: claim for name, claim in every.items() if not is_reserved(name)}


def of_person(user: User) -> dict[str, Claim]:
    """Those about a person, whatever the application: of their groups, and their own."""
    claims: dict[str, Claim] = {}
    in_groups = groups(user) if user.has_group_claims is not False else []
    for group, of_group in sorted(in_groups, key=lambda each: (each[0].casefold(), each[0]), reverse=True):
        claims |= {name: Claim(value, "group", group) for name, value in of_group.items()}
    return claims | {name: Claim(value, "person") for name, value in user.claims.items()}


def groups(user: User) -> list[tuple[str, dict[str, Any]]]:
    """The names of a person's groups with the claims of each, read once a response, though several things hang on them."""
    known: list[tuple[str, dict[str, Any]]] | None = user.__dict__.get("_groups")
    if known is None:
        known = user.__dict__["_groups"] = users.groups_with_claims(user)
    return known
