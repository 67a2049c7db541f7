"""What people have enrolled to sign in with: naming it, and removing it without shutting themselves out."""

from __future__ import annotations

from dataclasses import dataclass

from idp import activity, authenticators, clock
from idp.authenticators import password, recovery_code
from idp.directory import names
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid, NotFound
from idp.mail import notices
from idp.storage import credentials, users
from idp.storage.database import transaction
from idp.storage.models import Credential, User

LAST_WAY_IN = "This is the only way you can sign in. Set a password, or add another way, before you remove it."


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from removing a credential."""

    is_last_way_in: bool  # then it can't be removed
    is_last_second: bool  # then recovery codes go too
    must_add_another: bool  # somebody demands a second factor, so the next sign-in asks for a new one


def enrolled(user: User) -> list[Credential]:
    """What a person has added by themselves, oldest first; passwords and recovery codes have pages of their own."""
    kinds = {kind.NAME for kind in authenticators.enrollable()}
    return [credential for credential in credentials.every_second(user) if credential.authenticator in kinds]


def get(user: User, id: int) -> Credential:
    """The person's credential of that number; raises NotFound."""
    found = next((credential for credential in enrolled(user) if credential.id == id), None)
    if found is None:
        raise NotFound("It has been removed already.")
    return found


def rename(user: User, id: int, name: str, where: Circumstances) -> None:
    """Call a credential differently; raises Invalid or NotFound."""
    name, credential = name.strip(), get(user, id)
    if wrong := names.display_name_problem(name):
        raise Invalid(name=wrong)
    with transaction(durable=True):
        if not credentials.rename(user, id, name):
            raise NotFound("It has been removed already.")
        notices.tell(
            user, "authenticator_renamed", address=where.address, user_agent=where.user_agent, old=credential.name,
            new=name,
        )  # fmt: skip
        activity.record(
            "authenticator.renamed", user=user.username, address=where.address, authenticator=credential.authenticator,
            name=name,
        )  # fmt: skip


def consequences(user: User, credential: Credential) -> Consequences:
    """What would follow from removing a credential now."""
    left = [each for each in enrolled(user) if each.id != credential.id]
    ways_in = credentials.of(user, password.NAME) or [each for each in left if _opens(each)]
    _has, must = users.second_factor(user)
    return Consequences(not ways_in, not left, must and not left)


def _opens(credential: Credential) -> bool:
    """Whether somebody gets in with this alone."""
    kind = authenticators.everything()[credential.authenticator]
    opens = getattr(kind, "opens", lambda credential: True)
    return kind.FIRST and credential.disabled_at is None and bool(opens(credential))


def remove(user: User, id: int, where: Circumstances) -> Credential:
    """Forget a credential, and the recovery codes with the last one; raises Invalid for the last way in, or NotFound."""
    with transaction(durable=True):
        users.alone(user)  # two at once could each leave the other as the last way in
        credential = get(user, id)
        follows = consequences(user, credential)
        if follows.is_last_way_in:
            raise Invalid(credential=LAST_WAY_IN)
        credentials.remove(user, id)
        if follows.is_last_second:
            credentials.remove_all(user, recovery_code.NAME)
        notices.tell(
            user, "authenticator_removed", address=where.address, user_agent=where.user_agent,
            kind=credential.authenticator, name=credential.name,
        )  # fmt: skip
        activity.record(
            "authenticator.removed", user=user.username, address=where.address, authenticator=credential.authenticator,
            name=credential.name,
        )  # fmt: skip
    return credential


def new_recovery_codes(user: User, where: Circumstances) -> list[str]:
    """Ten codes in place of those before; raises Invalid for who has nothing that they could stand in for."""
    codes = recovery_code.new_codes()
    with transaction(durable=True):
        users.alone(user)
        if not enrolled(user):
            raise Invalid(codes="Recovery codes stand in for a second factor. Set one up first.")
        recovery_code.enrol(user, codes, clock.now())
        notices.tell(user, "recovery_codes_made", address=where.address, user_agent=where.user_agent)
        activity.record(
            "authenticator.added", user=user.username, address=where.address, authenticator=recovery_code.NAME
        )
    return codes
