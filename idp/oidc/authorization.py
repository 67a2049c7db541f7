"""The authorization request without HTTP: who asks, where answers may go, and what is asked.

The order is a safety rule: nothing may be sent anywhere before the client is known and the redirect URI is exactly one of
its own (RFC 6749 3.1.2.4). The first two functions raise PageError, the ones after them AuthorizationError.
"""

from __future__ import annotations

import re
from dataclasses import replace

from idp import assurance, clock
from idp.errors import AuthorizationError, PageError, RedirectMismatch
from idp.interaction.request import AuthorizationRequest, ResponseMode
from idp.oidc import claims_parameter, device_decision, id_token_hint, provider, redirect_uris, scopes
from idp.oidc.authorization_response import Target, already_ended
from idp.oidc.grants import AUTHORIZATION_CODE
from idp.oidc.keys import KeySet
from idp.oidc.parameters import LONGEST, LONGEST_QUERY, Malformed, parse
from idp.storage import clients
from idp.storage.models import Client

LONGEST_STATE = 4_096  # characters; Kavita's has more than a thousand
LONGEST_NONCE = 512  # characters
MOST_SCOPES = 50
PROMPTS = frozenset({"none", "login", "consent", "select_account"})
PARAMETERS = frozenset({
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt", "max_age", "login_hint", "id_token_hint", "acr_values", "ui_locales", "claims",
    "request", "request_uri", "registration",
})  # fmt: skip
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of a SHA-256, RFC 7636 4.2
_MAX_AGE = re.compile(r"[0-9]{1,9}")


def read(raw: bytes, *, is_query: bool) -> dict[str, str]:
    """The parameters of a request; raises PageError for what can't be read at all."""
    try:
        return parse(raw, PARAMETERS, longest=LONGEST_QUERY if is_query else LONGEST)
    except Malformed as malformed:
        raise PageError(
            "This sign-in link is damaged",
            "The application sent a request that can’t be read, so nothing was done.",
            advice=[
                "Go back to the application and start again.",
                "If it happens again, tell the person who runs the application.",
            ],
            details={"What is wrong": str(malformed)},
            reason="malformed_request",
        ) from None


def client_of(parameters: dict[str, str]) -> Client:
    """The client that asks; raises PageError."""
    client_id = parameters.get("client_id", "")
    client = clients.by_id(client_id)
    if client is None or client.disabled_at is not None:
        raise unknown(client_id, reason="unknown_client" if client is None else "client_disabled")
    return client


def unknown(client_id: str, *, reason: str) -> PageError:
    """What a person reads whose application isn't registered, or is switched off."""
    return PageError(
        "This application isn’t known here",
        "The application that sent you here hasn’t been registered, or an administrator has switched it off.",
        advice=[
            "If you only wanted to sign in, tell the person who runs the application.",
            "If you run it, compare the client ID in its settings with: idp client list",
        ],
        details={"Client ID that was sent": client_id or "(none)"},
        reason=reason,
    )


def target_of(client: Client, parameters: dict[str, str]) -> Target:
    """Where answers to this request go; raises PageError unless the client has registered exactly that."""
    uri = parameters.get("redirect_uri")
    if uri is None or not redirect_uris.is_registered(client, uri):
        raise RedirectMismatch(
            "The application’s return address doesn’t match",
            "%(app)s wants you sent back to an address that isn’t registered for it, so nothing was sent there."
            if uri
            else "%(app)s did not say where it wants you sent back to.",
            advice=[
                "If you only wanted to sign in, tell the person who runs the application.",
                "The usual reasons: http in place of https (then tell %(app)s that it is behind a proxy), another port, "
                "a slash, or another word or upper and lower case at the end.",
                "See what is registered with: idp client show %(client_id)s",
                "Add one more address with: idp client set %(client_id)s --add-redirect-uri URI",
            ],
            details={"Address that was sent (redirect URI)": uri or "(none)"},
            values={"app": client.name, "client_id": client.client_id},
            reason="redirect_uri_mismatch" if uri else "redirect_uri_missing",
            noted={"sent": uri} if uri else None,
            client_id=client.client_id,
            redirect_uri=uri or "",
        )
    mode: ResponseMode = "form_post" if parameters.get("response_mode") == "form_post" else "query"
    return Target(uri, mode, parameters.get("state"))


def request_of(
    client: Client, target: Target, parameters: dict[str, str], *, issuer: str, keys: KeySet, pushed: bool = False
) -> AuthorizationRequest:
    """What the client asks for, checked; raises AuthorizationError (OIDC Core 3.1.2.2, 3.1.2.6).

    A `request` has been opened before, see `request_object`; `pushed` tells that the client sent this itself.
    """
    _refuse_what_is_not_offered(parameters)
    if client.require_par and not pushed:  # RFC 9126 6
        raise AuthorizationError("invalid_request", "This client has to push its authorization requests.")
    if "response_type" not in parameters:
        raise AuthorizationError("invalid_request", "The response_type is missing.")
    if parameters["response_type"] != "code":
        raise AuthorizationError("unsupported_response_type", "Only the response_type code is offered.")
    if AUTHORIZATION_CODE not in client.grant_types:
        raise AuthorizationError("unauthorized_client", "This client may not sign people in.")
    if parameters.get("response_mode", "query") not in ("query", "form_post"):
        raise AuthorizationError("invalid_request", "The response_mode is not offered.")
    if len(parameters.get("state", "")) > LONGEST_STATE or len(parameters.get("nonce", "")) > LONGEST_NONCE:
        raise AuthorizationError("invalid_request", "The state or the nonce is too long.")
    asked = claims_parameter.read(parameters.get("claims"), client)
    hinted = _hinted_sub(parameters, issuer, keys)
    if hinted is not None and asked.sub not in (None, hinted):
        raise AuthorizationError("invalid_request", "The id_token_hint and the claims name different people.")
    request = AuthorizationRequest(
        redirect_uri=target.redirect_uri,
        response_mode=target.response_mode,
        state=target.state,
        scopes=_scopes(client, parameters.get("scope", "")),
        nonce=parameters.get("nonce"),
        code_challenge=_code_challenge(client, parameters),
        prompt=_prompt(parameters.get("prompt", "")),
        max_age=_max_age(parameters.get("max_age")),
        acr=_acr(parameters.get("acr_values", ""), asked.acr),
        login_hint=parameters.get("login_hint", "")[:100] or None,
        expected_sub=hinted or asked.sub,
        id_token_claims=asked.id_token,
        userinfo_claims=asked.userinfo,
        custom_id_token_claims=asked.custom_id_token,
        custom_userinfo_claims=asked.custom_userinfo,
    )
    provider.check(client, request)
    return request


def as_allowed_now(client: Client, request: AuthorizationRequest) -> AuthorizationRequest:
    """A pending request cut to what its client may have now; raises PageError when it may not be answered any more."""
    if request.device_code is not None:
        device_decision.check_open(client, request, clock.now())
    elif not redirect_uris.is_registered(client, request.redirect_uri):
        raise already_ended()
    may_have = scopes.offered(client)
    return replace(
        request,
        scopes=tuple(scope for scope in request.scopes if scope in may_have),
        id_token_claims=tuple(scopes.still_covered(client, request.id_token_claims)),
        userinfo_claims=tuple(scopes.still_covered(client, request.userinfo_claims)),
        custom_id_token_claims=claims_parameter.custom_names(request.custom_id_token_claims, client),
        custom_userinfo_claims=claims_parameter.custom_names(request.custom_userinfo_claims, client),
    )


def _refuse_what_is_not_offered(parameters: dict[str, str]) -> None:
    # Never silently ignored: the request would mean something else without them (OIDC Core 3.1.2.6, 6.1, 6.2).
    for name in ("request", "request_uri", "registration"):
        if name in parameters:
            raise AuthorizationError(f"{name}_not_supported", f"The parameter {name} is not supported.")


def _code_challenge(client: Client, parameters: dict[str, str]) -> str | None:
    challenge, method = parameters.get("code_challenge"), parameters.get("code_challenge_method")
    if challenge is None:
        if method is not None:
            raise AuthorizationError("invalid_request", "The code_challenge is missing.")
        if client.is_public or client.require_pkce:  # RFC 9700 2.1.1
            raise AuthorizationError("invalid_request", "This client has to use PKCE with the method S256.")
        return None
    if method != "S256":  # RFC 7636 4.3: a missing method means plain, which protects nobody
        raise AuthorizationError("invalid_request", "Only the code_challenge_method S256 is offered.")
    if not _CHALLENGE.fullmatch(challenge):
        raise AuthorizationError("invalid_request", "The code_challenge is not the SHA-256 of a verifier.")
    return challenge


def _prompt(text: str) -> tuple[str, ...]:
    prompt = frozenset(text.split())
    if not prompt <= PROMPTS:
        raise AuthorizationError("invalid_request", "The prompt is unknown.")
    if "none" in prompt and len(prompt) > 1:  # OIDC Core 3.1.2.1
        raise AuthorizationError("invalid_request", "The prompt none stands alone.")
    return tuple(sorted(prompt))


def _max_age(text: str | None) -> int | None:
    if text is None:
        return None
    if not _MAX_AGE.fullmatch(text):
        raise AuthorizationError("invalid_request", "The max_age is not a number of seconds.")
    return int(text)


def _acr(text: str, claim: str | None) -> str | None:
    # Values of other providers are ignored (OIDC Core 3.1.2.1); of ours, the weakest one named is good enough.
    wishes = [value for value in (assurance.weakest(text.split()), claim) if value]
    return assurance.strictest(*wishes) if wishes else None


def _scopes(client: Client, text: str) -> tuple[str, ...]:
    if text.count(" ") >= MOST_SCOPES:
        raise AuthorizationError("invalid_scope", "There are too many scopes.")
    granted = scopes.asked_of(client, text)
    if not granted:
        raise AuthorizationError("invalid_scope", "None of the scopes is offered to this client. Ask for openid.")
    return granted


def _hinted_sub(parameters: dict[str, str], issuer: str, keys: KeySet) -> str | None:
    hint = parameters.get("id_token_hint")
    if hint is None:
        return None
    try:
        return id_token_hint.read(hint, issuer=issuer, keys=keys).sub
    except ValueError:
        raise AuthorizationError("invalid_request", "The id_token_hint is not one of our ID tokens.") from None
