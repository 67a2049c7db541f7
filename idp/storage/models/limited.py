"""What somebody is given that opens so many times until an instant: the ground of invitations and registration tokens."""

from __future__ import annotations

from peewee import BigIntegerField, IntegerField, TextField

from idp.storage.models.row import Row


class Limited(Row):
    """Something that lets so many in, by its digest. It has no table of its own."""

    digest = TextField(unique=True)
    uses = IntegerField()
    used = IntegerField(default=0)
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)
    withdrawn_at = BigIntegerField(null=True)

    def state(self, now: int) -> str:
        """What has become of it: `withdrawn`, `used`, `expired` or `open`."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.used >= self.uses:
            return "used"
        return "expired" if self.expires_at <= now else "open"
