"""The form for an application: everything the command line can, and nothing that was typed is lost."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import click
import pytest

from idp.cli import client as commands
from idp.oidc import client_metadata
from idp.storage import clients, sessions
from idp.storage.models import Client, Session
from idp.web.admin.applications import fields
from tests import given
from tests.conftest import Clock
from tests.given import SECRET
from tests.signer import Signer
from tests.web.conftest import Visitor, token_of

BLANK = "/admin/gallery/blank"
GOOD: dict[str, Any] = {
    "name": "Jellyfin", "redirect_uris": "https://tv.example.org/cb\r\n\r\n https://tv.example.org/old \r\n",
    "scopes": ["openid", "email"], "grant_types": ["authorization_code"], "auth_method": "", "id_token_alg": "RS256", "access_token_format": "opaque",
    "subject_type": "public", "subject_source": "uuid",
}  # fmt: skip


def post(root: Visitor, path: str, **fields: Any) -> Any:
    token = token_of(root.get(path).text)
    return root.browser.post(path, data={"csrf_token": token, **fields})


def only_client() -> Client:
    (found,) = clients.all_clients()
    return found


@pytest.mark.parametrize("command", [commands.add, commands.set_], ids=["add", "set"])
def test_what_the_command_line_can_the_form_can(command: click.Command) -> None:
    elsewhere = {
        "preset_id", "as_json",
        "client_secret_stdin",  # client_secret
        "more_uris", "more_after_logout", "everybody",  # said by the field itself
        "enable", "take_over", "checked", "logo", "claims", "json_claims", "removed_claims",  # pages of their own
        "yes",  # a tick that is there when it is needed
    }  # fmt: skip
    options = {each.name for each in command.params} - elsewhere
    renamed = {"pkce": "require_pkce"}
    assert {renamed.get(name or "", name) for name in options} <= {*fields.ALL, *fields.OWN}


def test_what_the_form_can_the_command_line_can() -> None:
    options = {each.name for each in commands.set_.params}
    assert {*fields.ALL} - {"require_pkce"} | {"pkce"} <= options


def test_what_the_form_can_a_client_has() -> None:
    for name in fields.ALL:
        assert hasattr(Client, name), name


def test_a_blank_form_adds_an_application_and_shows_its_secret_once(root: Visitor) -> None:
    sheet = post(root, BLANK, **GOOD)
    assert sheet.status_code == 200
    client = only_client()
    assert (client.name, client.scopes, client.grant_types) == ("Jellyfin", ["openid", "email"], ["authorization_code"])
    assert client.redirect_uris == ["https://tv.example.org/cb", "https://tv.example.org/old"]
    assert (client.require_pkce, client.skip_consent, client.id_token_claims) == (False, False, False)
    assert "cs_" in sheet.text and client.client_id in sheet.text
    assert "cs_" not in root.get(f"/admin/applications/{client.client_id}/sheet").text


def test_every_field_is_taken_and_shown_again(root: Visitor) -> None:
    given.user("x", groups=["family", "media"])
    everything = {
        **GOOD, "app_url": "https://tv.example.org", "logo_uri": "https://tv.example.org/logo.png",
        "policy_uri": "https://tv.example.org/p", "tos_uri": "https://tv.example.org/t", "require_mfa": "1",
        "require_pkce": "1", "skip_consent": "1", "id_token_claims": "1", "always_refresh": "1", "introspects_all": "1",
        "allowed_groups": ["family"], "auth_method": "client_secret_post", "id_token_alg": "ES256", "userinfo_alg": "ES256",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "client_id": "my-own-id", "client_secret": SECRET,
        "post_logout_redirect_uris": "https://tv.example.org/", "frontchannel_logout_uri": "https://tv.example.org/bye?x=1",
        "backchannel_logout_uri": "https://tv.example.org/told", "backchannel_logout_session_required": "1",
        "frontchannel_logout_session_required": "1", "own_scopes": "api:read  api:write",
        "subject_type": "public", "subject_source": "uuid", "sector_identifier_uri": "",
        "initiate_login_uri": "https://tv.example.org/login", "contacts": "ada@example.org\r\nBob",
        "jwks": json.dumps(Signer().jwks), "request_object_alg": "ES256", "require_par": "1",
    }  # fmt: skip
    sheet = post(root, BLANK, **everything)
    assert SECRET in sheet.text
    client = only_client()
    assert client.client_id == "my-own-id"
    shown = fields.of_client(client)
    for name in fields.TICKS:
        assert shown[name] is True, name
    assert shown["allowed_groups"] == ["family"] and shown["auth_method"] == "client_secret_post"
    assert client.scopes == ["openid", "email", "api:read", "api:write"]
    page = root.get("/admin/applications/my-own-id/edit").text
    assert 'value="api:read api:write"' in page
    for text in ("https://tv.example.org/logo.png", "https://tv.example.org/p", "https://tv.example.org/old",
                 "https://tv.example.org/bye?x=1"):  # fmt: skip
        assert text in page
    assert client.jwks == json.loads(everything["jwks"]) and client.request_object_alg == "ES256"
    assert client.contacts == ["ada@example.org", "Bob"] and "ada@example.org\nBob" in page
    before = client_metadata.as_registered(client)
    again = {name: value for name, value in everything.items() if name not in fields.OWN}
    assert post(root, "/admin/applications/my-own-id/edit", **again).location == "/admin/applications/my-own-id"
    assert client_metadata.as_registered(only_client()) == before, "saving what is there changes nothing"


def test_an_application_with_keys_of_its_own_has_no_secret_and_may_get_one_again(root: Visitor) -> None:
    keys = {"keys": [Signer(kid="the-first").members, Signer().members, {"use": "enc"}]}
    sheet = post(root, BLANK, **GOOD | {"auth_method": "private_key_jwt", "jwks": json.dumps(keys)})
    client = only_client()
    assert sheet.status_code == 200 and "cs_" not in sheet.text and not client.has_secret and client.jwks == keys
    here = f"/admin/applications/{client.client_id}"
    assert "the-first" in root.get(here).text and root.get(f"{here}/secret").status_code == 404
    address = GOOD | {"auth_method": "private_key_jwt", "jwks_uri": "https://tv.example.org/jwks"}
    assert post(root, f"{here}/edit", **address).location == here
    assert (only_client().jwks, only_client().jwks_uri) == (None, "https://tv.example.org/jwks")
    assert post(root, f"{here}/edit", **GOOD).location == f"{here}/secret"
    assert only_client().has_secret


@pytest.mark.parametrize(
    "keys", ["x", "{}", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "AA"}]}', "[", '{"keys": 1, "keys": 2}']
)
def test_what_is_no_set_of_public_keys_is_said_at_its_field(root: Visitor, keys: str) -> None:
    refused = post(root, BLANK, **GOOD | {"auth_method": "private_key_jwt", "jwks": keys})
    assert refused.status_code == 400 and 'id="jwks-error"' in refused.text and keys in html.unescape(refused.text)


def test_what_is_wrong_stands_at_its_field_and_the_rest_stays(root: Visitor) -> None:
    given.client("taken", name="Jellyfin")
    refused = post(
        root, BLANK, **{**GOOD, "redirect_uris": "javascript:alert(1)", "client_secret": "short", "scopes": []}
    )
    assert refused.status_code == 400
    for name in ("name", "redirect_uris", "client_secret", "scopes"):
        assert f'id="{name}-error"' in refused.text and f'href="#{name}"' in refused.text, name
    assert "javascript:alert(1)" in html.unescape(refused.text) and 'value="short"' not in refused.text
    assert "idp client" not in refused.text, "no commands in the browser"
    assert len(clients.all_clients()) == 1


def test_ticking_nobody_means_everybody(root: Visitor) -> None:
    given.user("x", groups=["family"])
    given.client("app", allowed_groups=["family"], name="Jellyfin")
    post(root, "/admin/applications/app/edit", **GOOD)
    assert only_client().allowed_groups == []


def test_a_form_sent_too_late_waits_without_its_secret(root: Visitor, clock: Clock) -> None:
    token = token_of(root.get(BLANK).text)
    clock.forward(601)
    typed = {**GOOD, "csrf_token": token, "scopes": ["openid"], "client_secret": SECRET, "require_mfa": "1"}
    late = root.browser.post(BLANK, data=typed)
    assert late.location.startswith("/interaction/") and clients.all_clients() == []
    kept = Session.get_by_id(root.session.id).data
    assert SECRET not in str(kept) and "csrf_token" not in str(kept["typed"])
    renewed, handle = sessions.start(clock.now, user=root.user, proofs=[given.proof().to_json()])
    sessions.keep_sid(renewed, Session.get_by_id(root.session.id))
    root.browser.set_cookie("foyer", handle, domain="localhost")
    page = root.get(BLANK).text
    assert "Nothing has been saved yet" in page and 'value="Jellyfin"' in page
    assert ">\nhttps://tv.example.org/cb\n\n https://tv.example.org/old" in page, "as it was typed"
    assert len(re.findall(r"<input[^>]* checked", page)) == 3, "openid, the grant type and the second factor"
    assert 'value="Jellyfin"' not in root.get(BLANK).text, "it waits once"


def test_a_form_without_a_token_never_waits(root: Visitor, clock: Clock) -> None:
    clock.forward(601)
    assert root.browser.post(BLANK, data=GOOD).status_code == 400
    assert "typed" not in Session.get_by_id(root.session.id).data


def test_a_public_application_stays_one(root: Visitor) -> None:
    post(root, BLANK, **{**GOOD, "auth_method": "none"})
    client = only_client()
    page = root.get(f"/admin/applications/{client.client_id}/edit").text
    assert "client_secret_basic" not in page
    refused = post(root, f"/admin/applications/{client.client_id}/edit", **GOOD)
    assert refused.status_code == 400 and 'id="auth_method-error"' in refused.text


def test_names_with_markup_are_inert_everywhere(root: Visitor) -> None:
    markup = "<img src=x onerror=alert(1)>&{{7*7}}"
    given.user("mallory", display_name=markup)
    given.client("app", name=markup, redirect_uris=["https://a.example/'><b>"], last_failed_at=1, last_failure=markup)
    for path in ("", "/app", "/app/edit", "/app/sheet", "/app/secret", "/app/disable", "/app/enable", "/app/delete"):
        page = root.get(f"/admin/applications{path}").text
        assert "<img src=x" not in page and "<b>" not in page, path
        assert "&lt;img src=x onerror=alert(1)&gt;" in page, path
    page = root.get(f"{BLANK}?name=%3Cb%3E&app_url=%22%3E%3Cb%3E").text
    assert "<b>" not in page


def test_new_subjects_for_people_who_have_accounts_are_confirmed_by_a_tick(root: Visitor) -> None:
    given.client("app", name="Jellyfin", last_used_at=1)
    path, wanted = "/admin/applications/app/edit", {**GOOD, "subject_source": "username"}
    assert "new_subjects" not in root.get(path).text
    refused = post(root, path, **wanted)
    assert refused.status_code == 400
    assert 'href="#new_subjects"' in refused.text and 'name="new_subjects"' in refused.text
    assert "idp client" not in refused.text and only_client().subject_source == "uuid"
    assert post(root, path, **wanted, new_subjects="1").status_code == 303
    assert only_client().subject_source == "username"
    assert "their user names" in root.get("/admin/applications/app").text
