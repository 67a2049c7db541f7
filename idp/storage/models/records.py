"""What stands for itself: links, counters, events and shared values."""

from __future__ import annotations

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from idp.storage.models.people import User
from idp.storage.models.row import JSONText, Row


class Link(Row):
    """A one-time link, by its digest and what it is for."""

    digest = TextField(primary_key=True)
    purpose = TextField()
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")
    created_at = BigIntegerField()
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "links"


class Throttle(Row):
    """Failures counted against one key within one window."""

    key = TextField(primary_key=True)
    failures = IntegerField()
    expires_at = BigIntegerField()

    class Meta:
        table_name = "throttles"


class Activity(Row):
    """One thing that happened; `attempt` ties the rows of one sign-in together."""

    at = BigIntegerField()
    event = TextField()
    attempt = TextField(null=True, index=True)
    username = TextField(null=True)
    client_id = TextField(null=True)
    address = TextField(null=True)
    detail = JSONText(default=dict)

    class Meta:
        table_name = "activities"


class Setting(Row):
    """A value that all processes and machines of this provider share."""

    name = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "settings"
