"""Initial access tokens: with one an application registers itself (RFC 7591 3)."""

from __future__ import annotations

from peewee import BigIntegerField, IntegerField, TextField

from idp.storage.models.row import Row


class RegistrationToken(Row):
    """A token that lets so many applications in, by its digest."""

    digest = TextField(unique=True)
    name = TextField()  # what it is for, in an administrator's words
    uses = IntegerField()
    used = IntegerField(default=0)
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)
    withdrawn_at = BigIntegerField(null=True)

    class Meta:
        table_name = "registration_tokens"

    def state(self, now: int) -> str:
        """What has become of it: `withdrawn`, `used`, `expired` or `open`."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.used >= self.uses:
            return "used"
        return "expired" if self.expires_at <= now else "open"
