"""That an administrator has found right what an application registered itself as; until then people are told that nobody has.

What was found right is what it was at that moment: what the application changes by itself ends it (`dynamic_registration`).
"""

from __future__ import annotations

import json

from idp import activity, clock, opaque
from idp.errors import Invalid
from idp.oidc import client_metadata, registration
from idp.storage import clients
from idp.storage.database import transaction
from idp.storage.models import Client


def fingerprint(client: Client) -> str:
    """A word for all that is registered of a client, which another registration doesn't have."""
    return opaque.digest(json.dumps(client_metadata.as_registered(client), sort_keys=True))


def confirm(client: Client, seen: str) -> None:
    """Write down that an administrator found right what has this fingerprint; raises Invalid if it is something else now."""
    with transaction(durable=True):
        now = registration.held(client)
        if not opaque.same(fingerprint(now), seen):
            raise Invalid(client="The application has changed since this page was made. Please look again.")
        if now.is_unchecked:
            clients.update(now, checked_at=clock.now())
            activity.record("client.checked", client=now.client_id)
