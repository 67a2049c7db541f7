"""What is looked after when an administrator stops being one: the last one stays, and their invitations end with them."""

from __future__ import annotations

from idp import activity
from idp.errors import Invalid
from idp.storage import invitations, limited, users
from idp.storage.models import User


def give_up(user: User, now: int) -> None:
    """Raises Invalid for the last administrator; in the transaction that takes them away, or two could take each other away.

    Nobody gets in on the word of who may not give it any more, so what they invited to can't be used from now on.
    """
    if [each.id for each in users.administrators_alone()] == [user.id]:
        raise Invalid(
            user=f"{user.username} is the last administrator. Make somebody else one first: idp user set NAME --admin"
        )
    for invitation in invitations.open_of(user.username, now):
        if limited.withdraw(invitation, now):
            activity.record("invitation.withdrawn", invitation=invitation.id, made_by=user.username)
