"""The list at a client's sector_identifier_uri: whether it names all of the client's redirect URIs (OIDC Registration 5)."""

from __future__ import annotations

from collections.abc import Sequence

from idp import foreign_json
from idp.errors import Invalid, OutgoingError
from idp.oidc import outgoing

FIELD = "sector_identifier_uri"


def check(sector_identifier_uri: str, redirect_uris: Sequence[str]) -> None:
    """Raises Invalid unless the list is there and names them all; asks the network, so never inside a transaction.

    Without it anybody could register a client for a sector of others, and learn by which subjects those know people.
    """
    try:
        found = foreign_json.read(outgoing.get(sector_identifier_uri))
    except OutgoingError as error:
        raise Invalid(**{FIELD: error.sentence}) from None
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise Invalid(**{FIELD: f"{sector_identifier_uri} is no JSON list of redirect URIs."})
    if missing := [uri for uri in redirect_uris if uri not in found]:
        raise Invalid(
            **{FIELD: f"{sector_identifier_uri} doesn't name {missing[0]}, which is one of the redirect URIs."}
        )
