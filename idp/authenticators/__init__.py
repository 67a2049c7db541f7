"""The means by which people prove who they are: one module a means, found by lying here.

A first authenticator, one that says who somebody is, offers:

`NAME`                     the word that rhymes with its template and its tests
`FIRST = True`             it can open a sign-in
`answers(form)`            whether a submitted form holds an answer for it
`prove(form, try_, then)`  the user and the Proof, or `Refused`; `then` is called with both in the transaction that lets
                           the try count
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from idp import authenticators, discover


@dataclass(frozen=True, slots=True)
class Try:
    """The circumstances of one try to prove something."""

    interaction: str
    now: int
    address: str | None
    attempt: str | None = None
    client: str | None = None


@cache
def first() -> tuple[ModuleType, ...]:
    """The authenticators that can open a sign-in."""
    return tuple(found for found in discover.modules(authenticators) if getattr(found, "FIRST", False))


def answering(form: Mapping[str, str]) -> ModuleType | None:
    """The first authenticator that a submitted form has an answer for."""
    return next((found for found in first() if found.answers(form)), None)
