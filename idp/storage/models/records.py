"""What stands for itself: links, mails, devices, counters, events and shared values."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, ForeignKeyField, IntegerField, TextField

from idp.storage.models.people import User
from idp.storage.models.row import JSONText, Row


class Link(Row):
    """A one-time link, by its digest and what it is for."""

    LASTING = False

    digest = TextField(primary_key=True)
    purpose = TextField()
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")
    email = TextField(null=True)  # the address that it confirms
    asked_by_anybody = BooleanField(default=False)  # mailed to its owner, whoever typed their name
    created_at = BigIntegerField()
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "links"


class Mail(Row):
    """A mail that has to go out; its words, and a link in it, are made when it does."""

    LASTING = True

    kind = TextField()
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")
    recipient = TextField(null=True)  # where it isn't the person's address of that moment
    detail = JSONText(default=dict)
    message_id = TextField()  # the same at every try, so that mail programs show a mail once
    tries = IntegerField(default=0)
    created_at = BigIntegerField()
    due_at = BigIntegerField(index=True)
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "mails"


class Device(Row):
    """A browser that a person has signed in with, by the digest of a cookie that says nothing else."""

    LASTING = True

    user = ForeignKeyField(User, on_delete="CASCADE")
    digest = TextField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "devices"
        indexes = ((("user", "digest"), True),)


class Throttle(Row):
    """Failures counted against one key within one window."""

    LASTING = False

    key = TextField(primary_key=True)
    failures = IntegerField()
    expires_at = BigIntegerField()

    class Meta:
        table_name = "throttles"


class Activity(Row):
    """One thing that happened; `attempt` ties the rows of one sign-in together."""

    LASTING = True

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

    LASTING = True

    name = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "settings"
