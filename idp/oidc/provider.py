"""pyop's Provider behind our guard layer: what of it is used, what is replaced, what can no longer be reached.

pyop gets only authorization requests that our own checks have passed, as a second pair of eyes with the standard's message
types and its chain of validators. All that it does with state, tokens, keys and errors is ours; what would reach it is
closed here by name, so that no later change can open it by accident.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NoReturn

from pyop import provider as pyop
from pyop.exceptions import OAuthError
from pyop.message import AuthorizationRequest as Message
from pyop.request_validator import (
    authorization_request_verify,
    client_id_is_known,
    response_type_is_in_registered_response_types,
    userinfo_claims_only_specified_when_access_token_is_issued,
)

from idp.errors import AuthorizationError
from idp.interaction.request import AuthorizationRequest
from idp.oidc import redirect_uris
from idp.oidc.scopes import OPENID
from idp.storage.models import Client


def check(client: Client, request: AuthorizationRequest) -> None:
    """Let pyop's validators look at a request that ours have passed; raises AuthorizationError.

    To pyop `state`, `nonce` and the challenge are just texts, so requests that differ in nothing else are one to it.
    """
    alike = replace(
        request,
        state=request.state and "state",
        nonce=request.nonce and "nonce",
        code_challenge=request.code_challenge and "challenge",
    )
    if not _passes(client.client_id, tuple(client.redirect_uris), alike):
        raise AuthorizationError("invalid_request", "The authorization request is not valid.")


def as_pyop_reads_it(redirect_uris: Iterable[str]) -> Mapping[str, Any]:
    """The members of a client's metadata that pyop's validators look at."""
    return {"redirect_uris": list(redirect_uris), "response_types": ["code"], "subject_type": "public"}


class Provider(pyop.Provider):  # type: ignore[misc]
    """pyop's validators over the clients they are to know.

    Replaces pyop's constructor, which refuses an http issuer even on this machine (M30), fills discovery with what isn't
    offered (M3), and orders scopes by chance (M4).
    """

    def __init__(self, issuer: str, known: Mapping[str, Mapping[str, Any]]) -> None:
        self.issuer = issuer
        self.clients = known
        self.signing_key = None
        self.authz_state = None
        self.userinfo = None
        self.authentication_request_validators = [
            # pyop looks at everything else first, and its exceptions redirect to unchecked addresses (C1)
            functools.partial(client_id_is_known, self),
            functools.partial(redirect_uri_is_registered, self),
            functools.partial(response_type_is_in_registered_response_types, self),
            authorization_request_verify,
            userinfo_claims_only_specified_when_access_token_is_issued,
        ]

    def parse_authentication_request(self, request: Message, http_headers: None = None) -> Message:
        """Run the chain over a message; replaces pyop's, which parses text by itself and logs what it parsed (H10)."""
        for validator in self.authentication_request_validators:
            validator(request)
        return request

    def _closed(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError('this part of pyop is not used; see "pyop behind a guard" in ARCHITECTURE.md')

    authorize = _closed  # C6, M5, M6, M18, M24, M28: `oidc.authorization_response.issue_code`
    handle_token_request = _closed  # C3, C4, H1-H5, M8, M9, M12, M13, M26: `oidc.token_endpoint`
    handle_userinfo_request = _closed  # C5, M11, M26, M29: `oidc.userinfo`
    logout_user = _closed  # C2, H4: nothing is ended by an unverified hint
    do_post_logout_redirect = _closed  # C2, M33
    handle_client_registration_request = _closed  # M25: `oidc.registration`
    match_client_preferences_with_provider_capabilities = _closed  # M25
    _create_signed_id_token = _closed  # H6, M19, M20, M32: `oidc.tokens`, signed by `oidc.jwt`
    _do_code_exchange = _closed  # C4, H1, H2
    _do_token_refresh = _closed  # C3, H3, H5
    _verify_client_authentication = _closed  # H8, M8, M10: `oidc.client_authentication`
    _create_subject_identifier = _closed  # M22, M23: one random `sub` a user, never computed
    jwks = property(_closed)  # M21, H7: `oidc.keys`
    provider_configuration = property(_closed)  # M3, M4: `oidc.metadata`


def redirect_uri_is_registered(provider: Provider, request: Message) -> None:
    """Replaces pyop's substring-prone test (M15) in the chain; looser than
    `oidc.redirect_uris` in one point: the port of any client, as only ours knows who is public."""
    known = provider.clients[request["client_id"]]["redirect_uris"]
    uri = request["redirect_uri"]
    if uri not in known and not any(redirect_uris.is_same_loopback(uri, each) for each in known):
        raise OAuthError("redirect_uri", "invalid_request")


@lru_cache(maxsize=256)
def _passes(client_id: str, registered: tuple[str, ...], request: AuthorizationRequest) -> bool:
    """pyop's verdict on a request of a client that has registered these addresses."""
    provider = Provider("", {client_id: as_pyop_reads_it(registered)})
    try:
        provider.parse_authentication_request(_message(client_id, request))
    except OAuthError:
        return False
    return True


def _message(client_id: str, request: AuthorizationRequest) -> Message:
    """What pyop gets to see.

    Never a hint, a request object or an unknown parameter (C2, M1, M2, M28), no scope but `openid` and those of ours, as
    pyop calls `offline_access` an error and a request without `openid` another (M17).
    """
    members = {
        "response_type": ["code"],
        "client_id": client_id,
        "redirect_uri": request.redirect_uri,
        "scope": [OPENID, *(scope for scope in request.scopes if scope not in (OPENID, "offline_access"))],
        "state": request.state,
        "nonce": request.nonce,
        "prompt": list(request.prompt) or None,
        "max_age": request.max_age,
        "code_challenge": request.code_challenge,
        "code_challenge_method": "S256" if request.code_challenge else None,
    }
    return Message(**{name: value for name, value in members.items() if value is not None})
