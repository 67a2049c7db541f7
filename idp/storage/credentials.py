"""What people have enrolled; what is inside belongs to the authenticator that made it."""

from __future__ import annotations

from typing import Any

from idp.storage.models import Credential, JSONText, User
from idp.storage.statement import Statement

MOST_FAILURES = 100  # one after the other, then a credential is worth nothing (NIST SP 800-63B-4 3.2.2)

# The expression keeps SQLite (3.40) from looking whether this is the index of passwords alone: for that it would take the
# statement to pieces at each use, which takes four times as long as to answer it.
_OF = Statement(
    "SELECT {credentials} FROM credentials WHERE user_id = ? AND authenticator || '' = ? ORDER BY id", Credential
)
_DATA = Statement("UPDATE credentials SET data = ? WHERE id = ? AND data = ?")
_USED = Statement("UPDATE credentials SET last_used_at = ? WHERE id = ? AND data = ? AND disabled_at IS NULL")
_BY_HANDLE = Statement(
    "SELECT {credentials}, {users} FROM credentials JOIN users ON users.id = credentials.user_id "
    "WHERE credentials.authenticator = ? AND credentials.handle = ?",
    Credential,
    User,
)
_WORKED = Statement(
    "UPDATE credentials SET failures = 0 WHERE user_id = ? AND authenticator = ? AND failures > 0 AND disabled_at IS NULL"
)
_FAILED = Statement(
    "UPDATE credentials SET failures = failures + 1, "
    f"disabled_at = CASE WHEN failures + 1 >= {MOST_FAILURES} THEN ? ELSE disabled_at END "
    "WHERE user_id = ? AND authenticator = ? AND disabled_at IS NULL"
)
_REMOVE = Statement("DELETE FROM credentials WHERE id = ? AND user_id = ?")
_RENAME = Statement("UPDATE credentials SET name = ? WHERE id = ? AND user_id = ?")
_ANYBODY_HAS = Statement("SELECT 1 FROM credentials WHERE authenticator = ? LIMIT 1")
_HAS_SECOND = Statement("SELECT 1 FROM credentials WHERE user_id = ? AND authenticator <> 'password' LIMIT 1")
_PASSWORDS_UNLIKE = Statement(
    "SELECT {credentials} FROM credentials WHERE authenticator = 'password' AND data NOT LIKE ?", Credential
)
_json = JSONText().db_value


def of(user: User, authenticator: str) -> list[Credential]:
    """A person's credentials of one kind, oldest first."""
    return _OF.all(user.id, authenticator)


def passwords_unlike(kind: str) -> list[Credential]:
    """All passwords whose hash doesn't begin like this; looks through all there are."""
    return _PASSWORDS_UNLIKE.all(f"%{kind}%")


def usable(user: User, authenticator: str) -> list[Credential]:
    """Those of a person's credentials of one kind that haven't been disabled."""
    return [credential for credential in of(user, authenticator) if credential.disabled_at is None]


def of_anybody(authenticator: str, handle: str) -> tuple[Credential, User] | None:
    """The credential with this handle, and whose it is, whatever state they are in."""
    return _BY_HANDLE.one(authenticator, handle)


def every_second(user: User) -> list[Credential]:
    """All that a person has enrolled besides the password, oldest first."""
    query = Credential.select().where(Credential.user == user, Credential.authenticator != "password")
    return list(query.order_by(Credential.created_at, Credential.id))


def has_second(user: User) -> bool:
    """Whether a person has anything enrolled besides the password, disabled or not."""
    return _HAS_SECOND.one(user.id) is not None


def anybody_has(authenticator: str) -> bool:
    """Whether anybody at all has enrolled this kind of authenticator."""
    return _ANYBODY_HAS.one(authenticator) is not None


def add(
    user: User, authenticator: str, data: dict[str, Any], now: int, name: str = "", handle: str | None = None
) -> Credential:
    """Enrol a credential; the caller opens a durable transaction. Raises Conflict when the handle is somebody's."""
    return Credential.create(
        user=user, authenticator=authenticator, name=name, data=data, handle=handle, created_at=now
    )


def replace_data(credential: Credential, data: dict[str, Any]) -> bool:
    """Change what is inside unless somebody else has changed it meanwhile."""
    return _DATA.changed(_json(data), credential.id, _json(credential.data)) == 1


def used(credential: Credential, now: int) -> bool:
    """Note that a credential has just proved something; False when it was changed, removed or disabled meanwhile."""
    return _USED.changed(now, credential.id, _json(credential.data)) == 1


def worked(user: User, authenticator: str) -> None:
    """Forget the failures of a person's credentials of one kind: the right person was here."""
    _WORKED.execute(user.id, authenticator)


def failed(user: User, authenticator: str, now: int) -> int:
    """Count a failure against a person's credentials of one kind; the hundredth in a row disables them."""
    return _FAILED.changed(now, user.id, authenticator)


def remove(user: User, id: int) -> bool:
    """Forget one credential of a person; True for exactly one caller."""
    return _REMOVE.changed(id, user.id) == 1


def rename(user: User, id: int, name: str) -> bool:
    """Call one credential of a person differently."""
    return _RENAME.changed(name, id, user.id) == 1


def remove_every_second(user: User) -> int:
    """Forget all that a person has enrolled besides the password; returns how many there were."""
    return int(Credential.delete().where(Credential.user == user, Credential.authenticator != "password").execute())


def remove_all(user: User, authenticator: str) -> None:
    """Forget a person's credentials of one kind."""
    Credential.delete().where(Credential.user == user, Credential.authenticator == authenticator).execute()
