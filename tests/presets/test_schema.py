"""What the schema refuses."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from idp.presets import schema

GOOD: dict[str, Any] = {
    "name": "App", "category": "media", "known": "source", "checked": "2026-11", "evidence": ["app/app src/oidc.c"],
    "address": {"example": "https://app.example.org"},
    "client": {"redirect_uris": ["{app}/callback"], "auth_methods": ["client_secret_post"], "pkce": "require",
               "scopes": ["openid"]},
    "claims": {"read_from": "id_token"},
    "steps": [{"say": "Do it.", "fields": {"Issuer": "{issuer}", "Secret": "{client_secret}"}}],
}  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good document with one thing changed; None takes it away."""
    document = copy.deepcopy(GOOD)
    *folders, key = path.split(".")
    table: Any = document
    for folder in folders:
        table = table[int(folder)] if isinstance(table, list) else table.setdefault(folder, {})
    if value is None:
        del table[key]
    else:
        table[key] = value
    return document


def test_the_good_one_is_taken() -> None:
    preset = schema.read("app", GOOD)
    assert (preset.name, preset.sign_in, preset.address_example) == ("App", "openid-connect", "https://app.example.org")
    assert preset.client
    assert preset.client.access_token_format == "opaque"
    assert preset.steps[0].fields == (("Issuer", "{issuer}"), ("Secret", "{client_secret}"))


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("name", None, "name has to be a text"),
        ("name", "", "name is empty"),
        ("name", " App", "name has to be a text"),
        ("name", 7, "name has to be a text"),
        ("nmae", "App", "there is no nmae"),
        ("category", "games", "category has to be one of"),
        ("known", "rumour", "known has to be one of"),
        ("checked", "yesterday", "a month such as"),
        ("checked", "2026-13", "a month such as"),
        ("evidence", "a text", "evidence has to be a list"),
        ("evidence", [""], "evidence has to be a list"),
        ("also", ["a", "a"], "twice"),
        ("sign_in", "saml", "sign_in has to be one of"),
        ("custom_claims", [{"name": "a", "kind": "date", "what": "x"}], "kind has to be one of"),
        ("custom_claims", [{"name": "a", "kind": "text"}], "what has to be a text"),
        ("custom_claims", [{"name": "a", "kind": "text", "what": "x", "why": "y"}], "there is no why"),
        ("custom_claims", [{"name": "a", "kind": "text", "what": "x"}] * 2, "custom_claims says something twice"),
        ("sign_in", "forward-auth", "there is no claims, client"),
        ("address", "https://app.example.org", "address has to be a table"),
        ("address", {}, "needs \\[address\\] example"),
        ("address.exmaple", "x", "there is no exmaple"),
        ("client.redirect_uris", [], "redirect_uris is empty"),
        ("client.redirect_uris", ["{issuer}/callback"], "made of its address"),
        ("client.redirect_uris", ["{ap}/callback"], "no {ap}"),
        ("client.post_logout_redirect_uris", ["{client_id}"], "made of its address"),
        ("client.backchannel_logout_uri", "{client_id}", "made of its address"),
        ("client.auth_methods", [], "auth_methods is empty"),
        ("client.auth_methods", ["private_key_jwt"], "auth_methods may hold"),
        ("client.auth_methods", ["none", "client_secret_post"], "no other auth method"),
        ("client.auth_methods", ["none"], "has no {client_secret}"),
        ("client.pkce", "plain", "pkce has to be one of"),
        ("client.pkce", None, "pkce has to be"),
        ("client.scopes", ["email"], "the scope openid"),
        ("client.access_token_format", "saml", "access_token_format has to be one of"),
        ("client.secret", "x", "there is no secret"),
        ("claims.read_from", "thin air", "read_from has to be one of"),
        ("claims.need", ["email"], "there is no need"),
        ("why", {"colour": "blue"}, "why may hold"),
        ("groups", {"name": "x"}, "there is no name"),
        ("start", "{nowhere}", "no {nowhere}"),
        ("warnings", ["Mind {nothing}."], "no {nothing}"),
        ("later", {"teleportation": "Beam."}, "later may hold"),
        ("steps", [], "no steps"),
        ("steps", {"say": "Do it."}, "steps has to be a list of tables"),
        ("steps.0.say", None, "say has to be"),
        ("steps.0.sya", "Do.", "there is no sya"),
        ("steps.0.fields", {"Port": 80}, "fields has to be a table of texts"),
        ("steps.0.fields", {"Issuer": "{isuer}"}, "no {isuer}"),
        ("steps.0.environment", {"X_{nope}": "x"}, "no {nope}"),
        ("steps.0.environment", {"LOGOUT": "{end_session_endpoint}"}, "needs \\[later\\] end_session"),
        ("steps.0.configuration", "name: {name}", "can't stand in a file"),
        ("steps.0.only_with", "teleportation", "only_with has to be one of"),
    ],
)
def test_what_is_wrong_is_refused_by_name(path: str, value: Any, complaint: str) -> None:
    with pytest.raises(schema.Malformed, match=f"^app.*{complaint}"):
        schema.read("app", changed(path, value))


def test_a_public_client_without_pkce_is_refused() -> None:
    document = changed("client.auth_methods", ["none"])
    document["steps"][0]["fields"] = {"Issuer": "{issuer}"}
    assert schema.read("app", document)
    document["client"]["pkce"] = "allow"
    with pytest.raises(schema.Malformed, match="requires PKCE"):
        schema.read("app", document)


@pytest.mark.parametrize("preset_id", ["", "App", "app.", "a--b", "-app", "../app", "a_b"])
def test_an_id_is_plain(preset_id: str) -> None:
    with pytest.raises(schema.Malformed, match="an id has"):
        schema.read(preset_id, GOOD)


def test_what_only_a_proxy_can_protect_has_no_client() -> None:
    document = {name: GOOD[name] for name in ("name", "category", "known", "checked", "evidence")}
    document |= {"sign_in": "forward-auth", "steps": [{"say": "Do it."}]}
    with pytest.raises(schema.Malformed, match="forward_auth"):
        schema.read("app", document)
    preset = schema.read("app", {**document, "later": {"forward_auth": "The proxy."}})
    assert (preset.client, preset.claims, preset.address_example) == (None, None, None)
