"""Device codes as rows: each is decided once, by one conditional UPDATE."""

from __future__ import annotations

from collections.abc import Sequence

from idp.storage.models import Client, DeviceCode, JSONText
from idp.storage.statement import Statement

LIFETIME = 600  # seconds; time to find a phone and to sign in there
INTERVAL = 5  # seconds; what RFC 8628 3.2 proposes, and by how much it grows (3.5)
LONGEST_INTERVAL = 300  # seconds

_ADD = Statement(
    "INSERT INTO device_codes (digest, user_code, client_id, scopes, attempt, address, poll_interval, created_at, "
    f"expires_at) VALUES (?, ?, ?, ?, ?, ?, {INTERVAL}, ?, ?) ON CONFLICT DO NOTHING"
)
_FIND = Statement("SELECT {device_codes} FROM device_codes WHERE digest = ?", DeviceCode)
_BY_NUMBER = Statement("SELECT {device_codes} FROM device_codes WHERE id = ?", DeviceCode)
_IS_OPEN = "allowed_at IS NULL AND denied_at IS NULL AND expires_at > ?"
_BY_USER_CODE: Statement[tuple[DeviceCode, Client]] = Statement(
    "SELECT {device_codes}, {clients} FROM device_codes JOIN clients ON clients.id = device_codes.client_id "
    f"WHERE user_code = ? AND clients.disabled_at IS NULL AND {_IS_OPEN}",
    DeviceCode,
    Client,
)
# A device's clock and the network make five seconds four now and then: one second isn't counted.
_POLL_IN_TIME = Statement(
    "UPDATE device_codes SET polled_at = ? WHERE id = ? AND (polled_at IS NULL OR polled_at + poll_interval - 1 <= ?)"
)
_POLL_TOO_SOON = Statement(
    f"UPDATE device_codes SET polled_at = ?, poll_interval = CASE WHEN poll_interval < {LONGEST_INTERVAL} "
    f"THEN poll_interval + {INTERVAL} ELSE poll_interval END WHERE id = ?"
)
_ALLOW = Statement(f"UPDATE device_codes SET allowed_at = ? WHERE id = ? AND {_IS_OPEN}")
_DENY = Statement(f"UPDATE device_codes SET denied_at = ? WHERE id = ? AND {_IS_OPEN}")
_json = JSONText().db_value


def add(
    digest: str, user_code: str, client: Client, scopes: Sequence[str], attempt: str, address: str | None, now: int
) -> bool:
    """Write down a device's request; False when somebody else's has the same user code."""
    return _ADD.changed(digest, user_code, client.id, _json(list(scopes)), attempt, address, now, now + LIFETIME) == 1


def find(digest: str) -> DeviceCode | None:
    """The request with this device code, whatever state it is in."""
    return _FIND.one(digest)


def by_number(id: int) -> DeviceCode | None:
    """The request with this number, whatever state it is in."""
    return _BY_NUMBER.one(id)


def by_user_code(user_code: str, now: int) -> tuple[DeviceCode, Client] | None:
    """The request that waits for a decision under this user code, and the application it is from."""
    return _BY_USER_CODE.one(user_code, now)


def poll(device: DeviceCode, now: int) -> bool:
    """Note that the device has asked; False when it did so too soon, and has to wait longer from now on."""
    if _POLL_IN_TIME.changed(now, device.id, now) == 1:
        return True
    _POLL_TOO_SOON.execute(now, device.id)
    return False


def allow(id: int, now: int) -> bool:
    """Mark a request as allowed; True for exactly one caller, and only while it waits for a decision."""
    return _ALLOW.changed(now, id, now) == 1


def deny(id: int, now: int) -> bool:
    """Mark a request as denied; True for exactly one caller, and only while it waits for a decision."""
    return _DENY.changed(now, id, now) == 1
