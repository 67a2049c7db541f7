"""The means by which people prove who they are: one module a means, found by lying here.

Every authenticator has

`NAME`                     the word that rhymes with its template and its tests
`FIRST`                    whether it can open a sign-in: it says who somebody is
`SECOND`                   whether it can be asked for once that is known: `trying.user`
`answers(form)`            whether a submitted form holds an answer for it
`prove(form, trying, then)`   the user and the Proof, or `Refused`; `then` is called with both in the transaction that lets
                           the try count

and, unless its form is the password's,

`offers(trying)`           what its template shows to whoever could use it now, or None when they can't.

One that people add by themselves (`ENROLS`) also has

`draft(user)`              what has to be remembered, and confirmed, before it counts; JSON
`invites(draft, trying)`   what its template shows meanwhile
`confirm(form, draft, trying, then)`   the Proof, with the credential enrolled in the same transaction in which `then` is
                           called; or `Refused`
`obstacle(trying)`         optional: a word for why it can't be added at this address, for its template's `hindered`
`opens(credential)`        whether that one is enough to sign in with, where FIRST doesn't say so of all

Its template `authenticators/<NAME>.html` has macros: `sign_in(action, shown)` when FIRST, `prove(action, shown, refusal)`
when SECOND, `enrol(action, shown, refusal)` when ENROLS, each a whole form; `way()`, a few words for the link that leads
to it; `add()`, the words on the button that begins setting it up, and `about()`, a sentence for who chooses;
`hindered(reason)`, a sentence, when it has `obstacle`; `title()` and `line(credential)` for the list on the account page;
`scripts()`, if its forms need any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from idp import authenticators, discover
from idp.tries import Try


@cache
def everything() -> dict[str, ModuleType]:
    """Every authenticator by its name."""
    return {found.NAME: found for found in discover.modules(authenticators)}


@cache
def first() -> tuple[ModuleType, ...]:
    """The authenticators that can open a sign-in."""
    return tuple(found for found in everything().values() if found.FIRST)


@cache
def second() -> tuple[ModuleType, ...]:
    """The authenticators that can be asked for once somebody is known; what only stands in for others comes last."""
    return tuple(sorted((found for found in everything().values() if found.SECOND), key=lambda found: not found.ENROLS))


@cache
def enrollable() -> tuple[ModuleType, ...]:
    """The authenticators that people add by themselves."""
    return tuple(found for found in everything().values() if found.ENROLS)


def answering(form: Mapping[str, str], among: Iterable[ModuleType]) -> ModuleType | None:
    """The first authenticator that a submitted form has an answer for."""
    return next((found for found in among if found.answers(form)), None)


def ways(among: Iterable[ModuleType], trying: Try) -> list[dict[str, Any]]:
    """Which of the authenticators could be used now, each with what its template shows."""
    offered = [(found.NAME, found.offers(trying)) for found in among if hasattr(found, "offers")]
    return [{"name": name, "shown": shown} for name, shown in offered if shown is not None]


def hindered(trying: Try) -> dict[str, str]:
    """Which of those that people add can't be added at this address, each with the word for why."""
    found = {kind.NAME: kind.obstacle(trying) for kind in enrollable() if hasattr(kind, "obstacle")}
    return {name: reason for name, reason in found.items() if reason}
