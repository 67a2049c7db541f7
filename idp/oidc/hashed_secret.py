"""Client secrets that came from another provider as a slow hash: compared as such once, then kept as ours are.

Only a right secret is turned into a digest, so a weak one stays behind its slow hash until the application has used it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from typing import Any

from idp import opaque, throttle
from idp.storage import clients
from idp.storage.database import transaction
from idp.storage.models import Client

SCHEME = "$pbkdf2-sha512$"
MOST_ROUNDS = 1_000_000  # a second of work; more would let whoever sends wrong secrets hold up everybody
_FORM = re.compile(r"\$pbkdf2-sha512\$([1-9][0-9]{0,6})\$([A-Za-z0-9./]{8,64})\$([A-Za-z0-9./]{86})")


# How slow work is done: at once, unless the server has said how others are answered meanwhile.
off_the_loop: Callable[[Callable[[], Any]], Any] = lambda work: work()  # noqa: E731


def can_be_kept(hashed: str) -> bool:
    """Whether a hash is of the one kind that can be compared with: PBKDF2 with SHA-512."""
    found = _FORM.fullmatch(hashed)
    return found is not None and int(found[1]) <= MOST_ROUNDS


def is_secret(client: Client, secret: str, now: int, address: str | None) -> bool:
    """Whether a secret is the one behind the client's hash; if so it is kept as a digest from now on.

    Wrong ones are counted and then refused unlooked at, as each costs a tenth of a second: those of one address after a few,
    so that a stranger doesn't keep the application itself out.
    """
    counters = throttle.hashed_secret(client.client_id, address)
    with transaction():
        if counters.closed(now):
            return False
        counters.fail(now)  # before the work; taken back when it was right
    if not _matches(str(client.secret_digest), secret):
        return False
    with transaction(durable=True):
        clients.replace_secret(client, opaque.digest(secret))
        counters.reset()
    return True


def _matches(hashed: str, secret: str) -> bool:
    found = _FORM.fullmatch(hashed)
    if found is None:
        return False
    salt, expected = _decoded(found[2]), _decoded(found[3])
    given, rounds = secret.encode("utf-8", "surrogatepass"), int(found[1])
    derived: bytes = off_the_loop(lambda: hashlib.pbkdf2_hmac("sha512", given, salt, rounds))
    return opaque.same(derived.hex(), expected.hex())


def _decoded(text: str) -> bytes:
    """Base64 as these hashes have it: a dot for the plus, nothing for the padding."""
    try:
        return base64.b64decode(text.replace(".", "+") + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return b""
