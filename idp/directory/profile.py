"""What people change about themselves; what administrators change about others is in `users`."""

from __future__ import annotations

from idp import activity, clock
from idp.directory import languages, names, zones
from idp.directory.circumstances import Circumstances
from idp.directory.users import NAMES, get
from idp.errors import Invalid
from idp.mail import notices
from idp.storage import users
from idp.storage.database import transaction
from idp.storage.models import User

__all__ = ["NAMES", "change"]


def change(user: User, where: Circumstances, **fields: str) -> User:
    """Change `display_name`, `given_name`, `family_name`, `locale` or `zoneinfo`; what is empty is forgotten.

    Raises Invalid with a sentence for each field that can't be taken.
    """
    problems = {}
    wanted: dict[str, str | None] = {name: text.strip() or None for name, text in fields.items()}
    for name in NAMES:
        if (text := wanted.get(name)) and (wrong := names.display_name_problem(text)):
            problems[name] = wrong
    if (language := wanted.get("locale")) and language not in languages.OFFERED:
        problems["locale"] = "Choose one of the languages in the list."
    if zone := wanted.get("zoneinfo"):
        wanted["zoneinfo"] = zones.find(zone)
        if wanted["zoneinfo"] is None:
            problems["zoneinfo"] = "Choose a time zone from the list, such as Europe/Berlin."
    if problems:
        raise Invalid(**problems)
    changed = {name: value for name, value in wanted.items() if value != getattr(user, name)}
    if changed:
        with transaction(durable=True):
            users.update(user, **changed, updated_at=clock.now())
            notices.tell(user, "profile_changed", address=where.address, user_agent=where.user_agent)
            activity.record("profile.changed", user=user.username, address=where.address, fields=sorted(changed))
    return get(user.username)
