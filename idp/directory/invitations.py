"""Inviting people, who then make their account by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from idp import activity, clock
from idp.directory import names
from idp.directory import users as people
from idp.errors import Invalid, NotFound, PageError
from idp.storage import invitations, limited, users
from idp.storage.database import transaction
from idp.storage.models import Client, Invitation, User

LIFETIME = 86_400  # seconds, unless somebody chooses otherwise …
LONGEST_LIFETIME = 7 * 86_400  # … and at most: what lies about in chats isn't to open doors for ever
MOST_USES = 100


def make(
    groups: Sequence[str], client: Client | None, *, uses: int = 1, lifetime: int = LIFETIME, made_by: str | None = None
) -> tuple[Invitation, str]:
    """A new invitation and its handle, which nobody is told again; raises Invalid.

    `made_by` is an administrator; without one it was made on the command line.
    """
    problems = {}
    if not 1 <= uses <= MOST_USES:
        problems["uses"] = f"An invitation is for 1 to {MOST_USES} people."
    if not 0 < lifetime <= LONGEST_LIFETIME:
        problems["lifetime"] = "An invitation lasts seven days at most."
    if missing := users.missing_groups(groups):
        problems["group"] = f"There is no group named {', '.join(missing)}."
    elif client is not None and client.allowed_groups and not set(client.allowed_groups) & set(groups):
        problems["group"] = (
            f"{client.name} is only for {', '.join(client.allowed_groups)}. It has to be for one of these groups."
        )
    if problems:
        raise Invalid(**problems)
    with transaction(durable=True):
        made, handle = invitations.add(
            groups, client, uses=uses, lifetime=lifetime, made_by=made_by or activity.COMMAND_LINE, now=clock.now()
        )  # fmt: skip
        activity.record("invitation.made", user=made_by, invitation=made.id, uses=uses, groups=list(groups))
    return made, handle


def url(handle: str, issuer: str) -> str:
    """The link of an invitation, for whoever is invited."""
    return f"{issuer}/invitation?link={handle}"


def get(number: int) -> Invitation:
    """The invitation with this number; raises NotFound."""
    found = Invitation.by_number(number)
    if found is None:
        raise NotFound(f"There is no invitation with the number {number}. See: idp invitation list")
    return found


def check(handle: str) -> tuple[Invitation, Client | None]:
    """The invitation that could be used now, and the application it is for; raises PageError, the same for every reason."""
    found = invitations.find(handle)
    if found is None:
        raise _worthless("unknown_invitation")
    if (state := found[0].state(clock.now())) != "open":
        raise _worthless(f"invitation_{state}")
    invitation, client = found
    return invitation, client if client is not None and client.disabled_at is None else None


def accept(handle: str, *, username: str, email: str, display_name: str | None, password: str) -> User:
    """Use the invitation once and add its guest, together; raises Invalid, the invitation unused then, or PageError.

    Nobody has checked the address, so it counts as unverified.
    """
    invitation, _client = check(handle)  # before the work of hashing
    if wrong := names.guest_problem(username):
        raise Invalid(username=wrong)

    def use() -> None:
        if not limited.use(invitation, clock.now()):
            raise _worthless("invitation_used")
        activity.record("invitation.used", user=username, invitation=invitation.id)

    gone = users.missing_groups(invitation.groups)
    return people.add(
        username, email=email, email_verified=False, display_name=display_name, password=password, first=use,
        groups=[name for name in invitation.groups if name not in gone],
    )  # fmt: skip


def withdraw(invitation: Invitation, by: str | None = None) -> bool:
    """Make an invitation worthless; False when it was already. Who has used it keeps their account."""
    with transaction(durable=True):
        withdrawn = limited.withdraw(invitation, clock.now())
        if withdrawn:
            activity.record("invitation.withdrawn", user=by, invitation=invitation.id)
    return withdrawn


def _worthless(reason: str) -> PageError:
    return PageError(
        "This invitation can’t be used any more",
        "Invitations last for a few days and for as many people as were invited, and they can be withdrawn.",
        status=410,
        advice=["Have you made your account already? Then sign in to it: /account",
                "Otherwise ask whoever invited you for a new link."],
        reason=reason,
    )  # fmt: skip
