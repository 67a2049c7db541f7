"""`AuthorizationRequest`: what an application asked for, after every check that needs no person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

ResponseMode = Literal["query", "form_post"]


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A validated authorization request (OIDC Core 3.1.2.1).

    Made by `oidc.authorization`, and by us when somebody comes for their own account.
    """

    redirect_uri: str
    response_mode: ResponseMode
    state: str | None = None
    scopes: tuple[str, ...] = ()
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    acr: str | None = None  # the weakest authentication context class that is good enough (RFC 9470 4)
    login_hint: str | None = None
    # Whom an id_token_hint or a `sub` in the claims parameter names, as its client knows them.
    expected_sub: str | None = None
    id_token_claims: tuple[str, ...] = ()
    userinfo_claims: tuple[str, ...] = ()
    # Names in the `claims` parameter that only count if there are such claims.
    custom_id_token_claims: tuple[str, ...] = ()
    custom_userinfo_claims: tuple[str, ...] = ()
    device_code: int | None = None  # the number of the device's request that is to be allowed or denied (RFC 8628)
    enrol: str | None = None  # our own pages only: the kind of authenticator that the person came to add

    def to_json(self) -> dict[str, Any]:
        """The request as the interaction row keeps it."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) not in (None, ())}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The request that `to_json` wrote."""
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        return cls(**kept)
