"""Initial access tokens: what an administrator gives an application that is to register itself (RFC 7591 3)."""

from __future__ import annotations

from idp import activity, clock, opaque
from idp.directory import names
from idp.errors import BearerError, Invalid, NotFound
from idp.opaque import Kind
from idp.storage import database, limited, registration_tokens
from idp.storage.database import transaction
from idp.storage.models import RegistrationToken

LIFETIME = 86_400  # seconds, unless somebody chooses otherwise …
LONGEST_LIFETIME = 90 * 86_400  # … and at most
MOST_USES = 1_000


def make(
    name: str, *, uses: int = 1, lifetime: int = LIFETIME, made_by: str | None = None
) -> tuple[RegistrationToken, str]:
    """A new token, which nobody is told again; raises Invalid."""
    problems = {}
    if wrong := names.display_name_problem(name):
        problems["name"] = wrong
    if not 1 <= uses <= MOST_USES:
        problems["uses"] = f"A token is for 1 to {MOST_USES} applications."
    if not 0 < lifetime <= LONGEST_LIFETIME:
        problems["lifetime"] = f"A token lasts {LONGEST_LIFETIME // 86_400} days at most."
    if problems:
        raise Invalid(**problems)
    handle = opaque.handle(Kind.INITIAL_ACCESS_TOKEN)
    with transaction(durable=True):
        made = registration_tokens.add(opaque.digest(handle), name, uses=uses, lifetime=lifetime, now=clock.now())
        activity.record("registration_token.made", user=made_by, token=made.id, name=name, uses=uses)
    return made, handle


def is_any_open() -> bool:
    """Whether any application could register itself now."""
    database.refresh()
    return registration_tokens.is_any_open(clock.now())


def get(id: int) -> RegistrationToken:
    """The token with this number; raises NotFound."""
    found = RegistrationToken.by_number(id)
    if found is None:
        raise NotFound(f"There is no registration token with the number {id}. See: idp registration-token list")
    return found


def check(handle: str, now: int) -> RegistrationToken:
    """The token that could be used now; raises BearerError, the same for every reason."""
    found = registration_tokens.find_open(opaque.digest(handle), now)
    if found is None:
        raise worthless()
    return found


def use(token: RegistrationToken, now: int) -> None:
    """Use it once, in the caller's transaction; raises BearerError when others have used it up."""
    if not limited.use(token, now):
        raise worthless()


def withdraw(token: RegistrationToken, made_by: str | None = None) -> bool:
    """Make a token worthless; False when it was already. What has been registered with it stays."""
    with transaction(durable=True):
        withdrawn = limited.withdraw(token, clock.now())
        if withdrawn:
            activity.record("registration_token.withdrawn", user=made_by, token=token.id, name=token.name)
    return withdrawn


def worthless() -> BearerError:
    """What an application is told whose token is unknown, expired, used up or withdrawn."""
    return BearerError("invalid_token", "The initial access token is unknown, expired, used up or withdrawn.")
