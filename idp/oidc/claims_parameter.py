"""The `claims` request parameter, kept to what the client's own scopes cover (OIDC Core 5.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from idp import foreign_json
from idp.assurance import ACR_VALUES, weakest
from idp.custom_claims import rules
from idp.custom_claims.sources import SCOPE
from idp.errors import AuthorizationError
from idp.oidc.scopes import claims_of
from idp.storage.models import Client

MOST_CUSTOM = 20  # claims of each place; the request is kept while somebody signs in
_SUB = re.compile(r"[!-~]{1,255}")  # OIDC Core 2: ASCII, at most 255 characters


@dataclass(frozen=True, slots=True)
class AskedClaims:
    """Single claims asked for, by where they are to appear, and whom `sub` names."""

    id_token: tuple[str, ...] = ()
    userinfo: tuple[str, ...] = ()
    custom_id_token: tuple[
        str, ...
    ] = ()  # names that administrators may have made up; whether there are such is seen later
    custom_userinfo: tuple[str, ...] = ()
    sub: str | None = None
    acr: str | None = None  # the weakest that is good enough


def read(text: str | None, client: Client) -> AskedClaims:
    """The part of the parameter that we honour; raises AuthorizationError.

    A claim that no scope of this client covers is ignored: the parameter is a way to ask for less, never for more.
    """
    if text is None:
        return AskedClaims()
    try:
        asked = foreign_json.read_object(text)
    except ValueError:
        raise AuthorizationError("invalid_request", "The claims parameter is not a JSON object.") from None
    members = {name: asked.get(name) or {} for name in ("id_token", "userinfo")}
    if not all(isinstance(member, dict) for member in members.values()):
        raise AuthorizationError("invalid_request", "A member of the claims parameter is not a JSON object.")
    offered = claims_of(client.scopes)
    wanted = {name: tuple(claim for claim in offered if claim in member) for name, member in members.items()}
    custom = {name: custom_names(member, client)[:MOST_CUSTOM] for name, member in members.items()}
    return AskedClaims(
        wanted["id_token"], wanted["userinfo"], custom["id_token"], custom["userinfo"], _sub(members),
        _acr(members["id_token"].get("acr")),
    )  # fmt: skip


def custom_names(names: Iterable[str], client: Client) -> tuple[str, ...]:
    """Those of the names that a custom claim could have which this client may be told."""
    may_be = SCOPE in client.scopes
    return tuple(name for name in names if name in client.claims or (may_be and rules.name_problem(name) is None))


def _acr(wish: Any) -> str | None:
    if not isinstance(wish, dict):
        return None
    values = wish.get("values", [wish["value"]] if "value" in wish else [])
    values = list(map(str, values)) if isinstance(values, list) else [""]
    # OIDC Core 5.5.1.1: an essential acr that can't be reached makes the request fail; any other is only a wish.
    if wish.get("essential") is True and values and not set(values) & set(ACR_VALUES):
        raise AuthorizationError("unmet_authentication_requirements", "The essential acr can not be reached here.")
    return weakest(values)


def _sub(members: dict[str, dict[str, Any]]) -> str | None:
    wishes = [member["sub"] for member in members.values() if isinstance(member.get("sub"), dict)]
    subs = {wish["value"] for wish in wishes if isinstance(wish.get("value"), str)}
    if not all(_SUB.fullmatch(sub) for sub in subs):
        raise AuthorizationError("invalid_request", "The sub in the claims parameter is not one of ours.")
    if len(subs) > 1:
        raise AuthorizationError("invalid_request", "The claims parameter names different people.")
    return subs.pop() if subs else None
