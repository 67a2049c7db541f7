"""Device codes: sign-ins that a device without a keyboard has asked for, and somebody finishes elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from idp.storage.models.clients import Client
from idp.storage.models.row import JSONText, Row


class DeviceCode(Row):
    """A device's request (RFC 8628), by the digest of its code, until somebody has decided; what it is given is a grant.

    The user code stands here as it is: pages show it again, and all it opens is the question whether to let the device in.
    """

    LASTING = False

    if TYPE_CHECKING:
        client_id: Any
    digest = TextField(unique=True)
    user_code = TextField(unique=True)
    client = ForeignKeyField(Client, on_delete="CASCADE")
    scopes = JSONText()
    attempt = TextField()
    address = TextField(null=True)  # where the device, or its server, asked from
    poll_interval = IntegerField()  # seconds that the device has to wait between its questions
    polled_at = BigIntegerField(null=True)
    allowed_at = BigIntegerField(null=True)
    denied_at = BigIntegerField(null=True)
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "device_codes"
