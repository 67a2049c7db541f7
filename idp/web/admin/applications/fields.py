"""The form for an application: its fields, what was typed as metadata, and metadata as what stands in the form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from idp import foreign_json
from idp.oidc import client_metadata
from idp.oidc.scopes import SCOPES
from idp.oidc.tokens import OPAQUE
from idp.storage.models import Client
from idp.subject_identifier import PUBLIC, UUID

TEXTS = ("name", "app_url", "logo_uri", "policy_uri", "tos_uri", "jwks_uri", "backchannel_logout_uri", "frontchannel_logout_uri",
         "sector_identifier_uri", "initiate_login_uri")  # fmt: skip
LINES = ("redirect_uris", "post_logout_redirect_uris", "contacts")
TICKS = ("require_mfa", "require_pkce", "skip_consent", "id_token_claims", "always_refresh", "introspects_all",
         "backchannel_logout_session_required", "frontchannel_logout_session_required", "require_par")  # fmt: skip
CHOICES = ("auth_method", "id_token_alg", "userinfo_alg", "access_token_format", "request_object_alg",
           "subject_type", "subject_source")  # fmt: skip
MAY_BE_NONE = ("auth_method", "userinfo_alg", "request_object_alg")  # choices of which the empty one is the usual
SEVERAL = ("allowed_groups", "scopes", "grant_types")
OWN = ("client_id", "client_secret")  # what a new application may bring along
JWKS = "jwks"  # pasted as JSON
ALL = (*TEXTS, *LINES, *TICKS, *CHOICES, *SEVERAL, JWKS)
OWN_SCOPES = "own_scopes"  # words that say nothing about people, for programs that come by themselves
KEPT = (*ALL, OWN_SCOPES, "client_id", "preset")  # while somebody shows again who they are; never the secret


def of_client(client: Client) -> dict[str, Any]:
    """What stands in the form of an application."""
    return _shown({name: getattr(client, name) for name in ALL})


def of_new(**known: Any) -> dict[str, Any]:
    """What stands in the form of a new application; `known` is metadata."""
    usual: dict[str, Any] = (
        {name: [] for name in LINES + SEVERAL} | dict.fromkeys(TEXTS, "") | dict.fromkeys(TICKS, False)
    )
    usual |= {
        **dict.fromkeys(MAY_BE_NONE, ""),
        "id_token_claims": True,
        "access_token_format": OPAQUE,
        "subject_type": PUBLIC,
        "subject_source": UUID,
        "client_id": "",
        "preset": "",
        JWKS: None,
    }
    return _shown(usual | client_metadata.defaults(None) | known)


def _shown(metadata: dict[str, Any]) -> dict[str, Any]:
    own = " ".join(scope for scope in metadata["scopes"] if scope not in SCOPES)
    keys = json.dumps(metadata[JWKS], indent=2) if metadata[JWKS] else ""
    return metadata | {name: metadata[name] or "" for name in MAY_BE_NONE} | {OWN_SCOPES: own, JWKS: keys}


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What a form holds that was sent, to be shown again as it was."""
    return {
        **{name: form.get(name, "") for name in (*TEXTS, *CHOICES, OWN_SCOPES, JWKS, "client_id", "preset")},
        **{name: form.get(name, "").splitlines() for name in LINES},
        **{name: name in form for name in TICKS},
        **{name: form.getlist(name) for name in SEVERAL},
    }


def metadata(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as registration takes it."""
    found: dict[str, Any] = {name: typed[name] for name in TICKS + SEVERAL}
    found |= {name: typed[name].strip() or None for name in TEXTS if name != "name"}
    found |= {name: list(dict.fromkeys(filter(None, map(str.strip, typed[name])))) for name in LINES}
    return {
        **found, **{name: typed[name] for name in CHOICES}, "name": typed["name"].strip(),
        **{name: typed[name] or None for name in MAY_BE_NONE},
        JWKS: _key_set(typed[JWKS].strip()),
        "scopes": list(dict.fromkeys([*typed["scopes"], *typed[OWN_SCOPES].split()])),
    }  # fmt: skip


def _key_set(text: str) -> Any:
    try:
        return foreign_json.read_exactly(text) if text else None
    except ValueError:
        return text  # which is no key set, and so refused


def changed(client: Client, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the fields that differ from what is registered; nothing else is touched."""
    return {name: value for name, value in wanted.items() if getattr(client, name) != value}
