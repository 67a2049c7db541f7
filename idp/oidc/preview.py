"""What an application would be told about somebody, by the very code that tells it; nothing is issued or written down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from idp.custom_claims import sources
from idp.custom_claims.sources import Claim
from idp.interaction import imagined
from idp.interaction.request import AuthorizationRequest
from idp.oidc import authorization_response, scopes, tokens, userinfo
from idp.presets.preset import Preset
from idp.storage.models import Client, User

AROUND = 500  # characters of header and signature
LONGEST_HINT = 7_000  # characters of an ID token; a query may have 8,192, and more than the hint stands in it
WAYS = tuple(imagined.WAYS)
ALREADY_ALLOWED = "consent"  # a sign-in that stops at this question goes on once it is answered


@dataclass(frozen=True, slots=True)
class Preview:
    """The claims of both answers, those of them that administrators made up with where each comes from, and the step at which
    the sign-in would stop before them, if it does."""

    id_token: dict[str, Any]
    userinfo: dict[str, Any]
    custom: dict[str, Claim]
    stops_at: str | None

    @property
    def is_too_long(self) -> bool:
        """Whether the ID token would be too long to come back in an address, as it does when an application signs out."""
        return len(json.dumps(self.id_token, separators=(",", ":"))) * 4 // 3 + AROUND > LONGEST_HINT


def preview(client: Client, preset: Preset | None, user: User, way: str, *, issuer: str, now: int) -> Preview:
    """What the client would be told if this person signed in now in one of the WAYS, and it asked as its preset says."""
    offered = scopes.offered(client)
    asked = [scope for scope in preset.client.scopes if scope in offered] if preset and preset.client else offered
    request = AuthorizationRequest(
        redirect_uri=client.redirect_uris[0] if client.redirect_uris else "", response_mode="query",
        scopes=tuple(asked), nonce="what-the-application-sent",
    )  # fmt: skip
    found = imagined.sign_in(user, client, request, way, now)
    grant = authorization_response.new_grant(found.interaction, now, code_digest="")
    id_token = tokens.id_token_claims(
        issuer=issuer, client=client, user=user, grant=grant, scopes=grant.scopes, nonce=grant.nonce,
        access_token=tokens.new_handle(), now=now,
    )  # fmt: skip
    told = userinfo.claims_of_grant(user, client, grant, grant.scopes)
    custom = sources.found(user, client, of_client=True, about_person=sources.SCOPE in grant.scopes)
    return Preview(id_token, told, custom, found.stops_at)
