"""People, what they have enrolled, and the groups they are in."""

from __future__ import annotations

from typing import ClassVar

from peewee import BigIntegerField, BooleanField, ForeignKeyField, IntegerField, TextField

from idp.storage.models.row import JSONText, Row


class User(Row):
    """A person. `sub` never changes and is never given to another one; neither is `username`."""

    LASTING = True

    has_group_claims: bool | None = None  # whether a group of theirs has custom claims; None: nobody has looked
    COMPUTED: ClassVar = {
        "has_group_claims": "EXISTS (SELECT 1 FROM groups JOIN memberships ON memberships.group_id = groups.id "
        "WHERE memberships.user_id = users.id AND groups.claims <> '{}')"
    }

    sub = TextField(unique=True)
    username = TextField(unique=True)
    email = TextField(null=True, unique=True)
    email_verified = BooleanField(default=False)
    display_name = TextField(null=True)
    given_name = TextField(null=True)
    family_name = TextField(null=True)
    nickname = TextField(null=True)
    picture = TextField(null=True)
    locale = TextField(null=True)
    zoneinfo = TextField(null=True)
    claims = JSONText(default=dict)  # custom claims, by name
    is_admin = BooleanField(default=False)
    disabled_at = BigIntegerField(null=True)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "users"

    @property
    def shown_name(self) -> str:
        """What pages call this person."""
        return self.display_name or self.username


class RetiredName(Row):
    """A user name that has been used and is never given out again: applications hang accounts on it."""

    LASTING = True

    username = TextField(primary_key=True)
    retired_at = BigIntegerField()

    class Meta:
        table_name = "retired_names"


class Credential(Row):
    """One enrolled authenticator of a user; what `data` holds is that authenticator's business."""

    LASTING = True

    user = ForeignKeyField(User, backref="credentials", on_delete="CASCADE")
    authenticator = TextField()
    name = TextField(default="")
    data = JSONText()
    handle = TextField(null=True, unique=True)  # by which a credential says whose it is, where it can
    failures = IntegerField(default=0)  # one after the other
    disabled_at = BigIntegerField(null=True)  # after too many of them
    created_at = BigIntegerField()
    last_used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "credentials"


class Group(Row):
    """A name that people share; `groups` claims carry it."""

    LASTING = True

    name = TextField(unique=True)
    display_name = TextField(null=True)
    require_mfa = BooleanField(default=False)
    claims = JSONText(default=dict)  # custom claims of everybody in it, by name
    created_at = BigIntegerField()

    class Meta:
        table_name = "groups"


class Membership(Row):
    """A user's place in a group."""

    LASTING = True

    user = ForeignKeyField(User, on_delete="CASCADE")
    group = ForeignKeyField(Group, on_delete="CASCADE")

    class Meta:
        table_name = "memberships"
        indexes = ((("user", "group"), True),)
