"""What people have enrolled; what is inside belongs to the authenticator that made it."""

from __future__ import annotations

from typing import Any

from idp.storage.models import Credential, JSONText, User
from idp.storage.statement import Statement

_OF = Statement("SELECT {credentials} FROM credentials WHERE user_id = ? AND authenticator = ?", Credential)
_DATA = Statement("UPDATE credentials SET data = ? WHERE id = ? AND data = ?")
_USED = Statement("UPDATE credentials SET last_used_at = ? WHERE id = ? AND data = ?")
_json = JSONText().db_value


def of(user: User, authenticator: str) -> list[Credential]:
    """A person's credentials of one kind."""
    return _OF.all(user.id, authenticator)


def add(user: User, authenticator: str, data: dict[str, Any], now: int, name: str = "") -> Credential:
    """Enrol a credential; the caller opens a durable transaction."""
    return Credential.create(user=user, authenticator=authenticator, name=name, data=data, created_at=now)


def replace_data(credential: Credential, data: dict[str, Any]) -> bool:
    """Change what is inside unless somebody else has changed it meanwhile."""
    return _DATA.changed(_json(data), credential.id, _json(credential.data)) == 1


def used(credential: Credential, now: int) -> bool:
    """Note that a credential has just proved something; False when it has been changed or removed meanwhile."""
    return _USED.changed(now, credential.id, _json(credential.data)) == 1


def remove_all(user: User, authenticator: str) -> None:
    """Forget a person's credentials of one kind."""
    Credential.delete().where(Credential.user == user, Credential.authenticator == authenticator).execute()
