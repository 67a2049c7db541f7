"""The applications of a person: those they may use, what they have allowed them, and taking that back."""

from __future__ import annotations

from dataclasses import dataclass, field

from idp import activity, clock
from idp.directory.circumstances import Circumstances
from idp.mail import notices
from idp.storage import activities, clients, consents, grants, users
from idp.storage.database import transaction
from idp.storage.models import Client, User


@dataclass(frozen=True, slots=True)
class Application:
    """One application as it concerns one person."""

    client: Client
    may_use: bool
    scopes: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    allowed_at: int | None = None  # when the person was asked; None where nobody is asked
    last_used_at: int | None = None

    @property
    def is_theirs(self) -> bool:
        """Whether the person has allowed it something, or gone on to it."""
        return self.allowed_at is not None or self.last_used_at is not None


def of(user: User) -> list[Application]:
    """The applications that a person may use or has used, by name."""
    groups, uses = set(users.group_names(user)), activities.last_uses(user)
    allowed = {client.id: consent for consent, client in consents.of_user(user)}
    found = []
    for client in clients.all_clients():
        consent = allowed.get(client.id)
        may_use = client.disabled_at is None and (
            not client.allowed_groups or bool(groups & set(client.allowed_groups))
        )
        used_at = uses.get(client.client_id)
        if consent is not None:
            found.append(Application(client, may_use, consent.scopes, consent.claims, consent.granted_at, used_at))
        elif used_at is not None:  # where nobody is asked, it may read all that it is registered for
            scopes = client.scopes if client.skip_consent else []
            found.append(Application(client, may_use, scopes, last_used_at=used_at))
        elif may_use and client.grant_types != ["client_credentials"]:  # a service that nobody signs in to
            found.append(Application(client, may_use))
    return found


def get(user: User, client_id: str) -> Application | None:
    """One application that the person has allowed something or gone on to; None when there is no such."""
    return next((each for each in of(user) if each.client.client_id == client_id and each.is_theirs), None)


def revoke(user: User, client: Client, where: Circumstances) -> None:
    """Take back what a person has allowed an application: it is asked for again, and its tokens are worth nothing."""
    with transaction(durable=True):
        consents.forget(user, client)
        grants.revoke_of_client(user, client, clock.now())
        notices.tell(
            user, "access_taken_back", address=where.address, user_agent=where.user_agent, app=client.name
        )  # fmt: skip
        activity.record("consent.revoked", user=user.username, client=client.client_id, address=where.address)
