"""What may be said of a client about the subjects it is told, and what follows for its people when that changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from idp import subject_identifier as subjects
from idp.oidc.grants import CLIENT_CREDENTIALS
from idp.storage.models import Client
from idp.subject_identifier import PAIRWISE, UUID

FIELDS = ("subject_type", "subject_source", "sector_identifier_uri", "redirect_uris")
ACCEPTED = "new_subjects"  # at which field the warning stands
_WARNINGS = {
    subjects.USERNAME: "It knows people by their user names. Choose this only for an application that has accounts under them "
    "already: whoever has a name here is let into the account of that name there.",
    subjects.EMAIL: "It knows people by their e-mail addresses. Whoever changes theirs loses their account there, and whoever "
    "is given an address that somebody else had is let into that person's account.",
}  # fmt: skip


def contradictions(value: Callable[[str], Any]) -> dict[str, str]:
    """What can't be true together of the fields that decide on subjects; `value` tells what each will be."""
    if value("subject_source") != UUID and CLIENT_CREDENTIALS in value("grant_types"):
        # RFC 9700 4.15: what such a client gets for itself names the client, and must not look like a person's.
        return {"subject_source": "An application that gets tokens for itself can't know people by their names."}
    if value("subject_type") != PAIRWISE:
        return {}
    if value("subject_source") != UUID:
        return {"subject_source": "Pairwise subjects tell no name, so they can't be made of one."}
    if subjects.sector(value("sector_identifier_uri"), value("redirect_uris")) is None:
        return {
            "sector_identifier_uri": "Pairwise subjects are made for one host. The redirect URIs lie on several, or on none: "
            "name a sector_identifier_uri, where the application says that all of them are its own."
        }  # fmt: skip
    return {}


def change_problem(client: Client, metadata: Mapping[str, Any]) -> str | None:
    """What the people of a client that has been used lose by a change; None when they keep their accounts there."""
    before = [getattr(client, field) for field in FIELDS]
    after = [metadata.get(field, getattr(client, field)) for field in FIELDS]
    if client.last_used_at is None or subjects.rule(*before) == subjects.rule(*after):
        return None
    return (
        f"People have signed in to {client.name} already. It would know all of them by other identifiers, and give them new, "
        "empty accounts."
    )


def warning(client: Client) -> str | None:
    """What somebody should know about how a client knows people."""
    return _WARNINGS.get(client.subject_source)
