"""Initial access tokens: with one an application registers itself (RFC 7591 3)."""

from __future__ import annotations

from peewee import TextField

from idp.storage.models.limited import Limited


class RegistrationToken(Limited):
    """A token that lets so many applications in."""

    LASTING = False

    name = TextField()  # what it is for, in an administrator's words

    class Meta:
        table_name = "registration_tokens"
