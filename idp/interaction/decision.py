"""What somebody decides on a page that asks them to allow something: yes or no.

An application that registered itself can change itself at any time, and gives up what people have allowed it by that. So
their yes is for what they were shown, also when the two meet.
"""

from __future__ import annotations

from collections.abc import Mapping

from idp import opaque
from idp.errors import Refused
from idp.storage import clients
from idp.storage.models import Client


def is_yes(form: Mapping[str, str]) -> bool:
    """Whether it is a yes; raises Refused unless a button was pressed."""
    decision = form.get("decision")
    if decision not in ("allow", "deny"):
        raise Refused("no_decision", "Please choose Allow or Deny.")
    return decision == "allow"


def shown(client: Client | None) -> str | None:
    """A word for what the page shows of an application that registered itself; its form brings it back."""
    return clients.version(client) if client is not None and client.registered_by is not None else None


def check_shown(client: Client, form: Mapping[str, str]) -> None:
    """Raises Refused when such an application isn't any more what the page showed; the caller opens the transaction."""
    if client.registered_by is None:  # only administrators change the others, and people's yes lasts longer than that
        return
    now = clients.held(client)
    if now is None or not opaque.same(clients.version(now), form.get("shown", "")):
        raise Refused(
            "application_changed",
            "The application has changed since this page was made. Please look again, then decide.",
        )
