"""`idp client`."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from idp.errors import TokenError
from idp.oidc.client_authentication import authenticate
from idp.storage import clients
from idp.storage.models import Client
from tests.cli.conftest import Cli
from tests.given import SECRET
from tests.signer import Signer

ADD = ("client", "add", "Jellyfin", "--redirect-uri", "https://jellyfin.example.org/sso/OID/redirect/foyer")


def test_an_application_is_added_and_its_secret_works(idp: Cli) -> None:
    """OP-CHECKLIST item 134."""
    added = idp(*ADD, "--json").json
    assert added["client_name"] == "Jellyfin"
    assert added["redirect_uris"] == ["https://jellyfin.example.org/sso/OID/redirect/foyer"]
    assert authenticate(None, {"client_id": added["client_id"], "client_secret": added["client_secret"]})


def test_what_to_paste_is_shown_to_people(idp: Cli) -> None:
    done = idp(*ADD)
    assert (done.code, done.err) == (0, "")
    for text in (
        "http://localhost:8000/.well-known/openid-configuration",
        "Client ID",
        "Client secret",
        "Scopes",
        "this once",
    ):
        assert text in done.out


def test_the_secret_is_never_shown_again(idp: Cli) -> None:
    added = idp(*ADD, "--json").json
    for arguments in (
        ["show", added["client_id"]],
        ["list"],
        ["show", added["client_id"], "--json"],
        ["list", "--json"],
    ):
        assert added["client_secret"] not in idp("client", *arguments).out
    assert added["client_secret"] not in idp("audit", "--json").out


def test_every_option_of_an_application_is_kept(idp: Cli) -> None:
    """OP-CHECKLIST item 133."""
    idp("group", "add", "family")
    added = idp(
        *ADD, "--redirect-uri", "app.immich:///oauth-callback", "--post-logout-redirect-uri", "https://a.example/bye",
        "--scope", "openid", "--scope", "email", "--group", "family", "--auth-method", "client_secret_post", "--pkce",
        "require", "--skip-consent", "--require-mfa", "--id-token-alg", "EdDSA", "--no-id-token-claims", "--grant-type",
        "authorization_code", "--grant-type", "refresh_token", "--always-refresh", "--introspect-all", "--access-token-format", "jwt", "--userinfo-alg", "ES256", "--app-url", "https://a.example",
        "--subject-type", "public", "--subject-source", "uuid", "--initiate-login-uri", "https://a.example/login",
        "--contact", "ada@example.org", "--contact", "Bob", "--backchannel-logout-uri", "https://a.lan:8096/told",
        "--jwks-uri", "https://a.example/jwks", "--request-object-alg", "PS256", "--require-par",
        "--backchannel-logout-session-required", "--post-logout-redirect-uri", "audiobookshelf://login",
        "--frontchannel-logout-uri", "https://jellyfin.example.org/out?x=y", "--frontchannel-logout-session-required",
        "--logo-uri", "https://a.example/logo.png", "--policy-uri", "https://a.example/policy", "--tos-uri",
        "https://a.example/tos", "--client-id", "my-fixed-id", "--client-secret-stdin", "--json", input=SECRET + "\n",
    ).json  # fmt: skip
    assert added == {
        "client_id": "my-fixed-id", "client_secret": SECRET, "client_secret_expires_at": 0,
        "client_id_issued_at": added["client_id_issued_at"], "client_name": "Jellyfin", "client_uri": "https://a.example",
        "logo_uri": "https://a.example/logo.png", "policy_uri": "https://a.example/policy",
        "tos_uri": "https://a.example/tos",
        "redirect_uris": ["https://jellyfin.example.org/sso/OID/redirect/foyer", "app.immich:///oauth-callback"],
        "post_logout_redirect_uris": ["https://a.example/bye", "audiobookshelf://login"], "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"], "always_refresh": True, "introspects_all": True, "access_token_format": "jwt", "userinfo_signed_response_alg": "ES256", "scope": "openid email",
        "token_endpoint_auth_method": "client_secret_post", "auth_method_pinned": True, "id_token_signed_response_alg": "EdDSA",
        "id_token_claims": False, "pkce": "require", "skip_consent": True, "groups": ["family"], "require_mfa": True,
        "subject_type": "public", "subject_source": "uuid", "initiate_login_uri": "https://a.example/login",
        "contacts": ["ada@example.org", "Bob"], "backchannel_logout_uri": "https://a.lan:8096/told",
        "backchannel_logout_session_required": True,
        "frontchannel_logout_uri": "https://jellyfin.example.org/out?x=y", "frontchannel_logout_session_required": True,
        "jwks_uri": "https://a.example/jwks", "request_object_signing_alg": "PS256",
        "require_pushed_authorization_requests": True,
    }  # fmt: skip


def test_an_application_may_prove_itself_by_keys_of_its_own_and_by_a_secret_again(idp: Cli, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(Signer(kid="one").jwks))
    added = idp(*ADD, "--auth-method", "private_key_jwt", "--jwks", str(keys), "--json").json
    assert "client_secret" not in added and added["jwks"] == json.loads(keys.read_text())
    assert (
        "keys of its own" in (shown := idp("client", "show", "Jellyfin").out)
        and "one" in shown
        and "secret" not in shown
    )
    assert "no secret" in idp("client", "rotate-secret", "Jellyfin").err
    idp("client", "set", "Jellyfin", "--jwks-uri", "https://a.example/jwks")
    moved = idp("client", "show", "Jellyfin", "--json").json
    assert moved["jwks_uri"] == "https://a.example/jwks" and "jwks" not in moved
    assert "rotate-secret" in idp("client", "set", "Jellyfin", "--auth-method", "client_secret_basic").out
    secret = idp("client", "rotate-secret", "Jellyfin", "--json").json["client_secret"]
    basic = base64.b64encode(f"{added['client_id']}:{secret}".encode()).decode()
    assert authenticate(f"Basic {basic}", {})
    idp("client", "set", "Jellyfin", "--auth-method", "private_key_jwt")
    with pytest.raises(TokenError):
        authenticate(f"Basic {basic}", {})


@pytest.mark.parametrize("keys", ["{", '{"keys": []}', "/nowhere/keys.json", '{"keys": [{"kty": "oct", "k": "AA"}]}'])
def test_what_is_no_set_of_public_keys_is_refused_in_a_sentence(idp: Cli, keys: str) -> None:
    refused = idp(*ADD, "--auth-method", "private_key_jwt", "--jwks", keys)
    assert refused.code in (1, 2) and refused.err.strip() and "Traceback" not in refused.err


def test_an_address_is_added_and_one_is_taken_away(idp: Cli) -> None:
    page = "https://jellyfin.example.org/out"
    idp(*ADD, "--post-logout-redirect-uri", "https://a.example/bye", "--frontchannel-logout-uri", page)
    assert page in idp("client", "show", "Jellyfin").out
    changed = ("--add-post-logout-redirect-uri", "https://b.example/bye", "--frontchannel-logout-uri", "")
    assert idp("client", "set", "Jellyfin", *changed).code == 0
    found = idp("client", "show", "Jellyfin", "--json").json
    assert found["post_logout_redirect_uris"] == ["https://a.example/bye", "https://b.example/bye"]
    assert "frontchannel_logout_uri" not in found


def test_an_address_for_sign_outs_that_may_not_be_reached_is_noted_with_what_would_allow_it(idp: Cli) -> None:
    idp(*ADD)
    said = idp("client", "set", "Jellyfin", "--backchannel-logout-uri", "http://nas.lan:8096/told").err
    assert 'IDP_OUTGOING_ALLOW=nas.lan, in idp.toml: outgoing_allow = "nas.lan", then restart.' in said
    said = idp("client", "set", "Jellyfin", "--backchannel-logout-uri", "https://192.168.1.5/told").err
    assert "IDP_OUTGOING_ALLOW=192.168.1.5 (or its network, such as 192.168.1.0/24)" in said
    assert 'outgoing_allow = "192.168.1.5", then restart.' in idp("client", "sheet", "Jellyfin").out
    assert idp("client", "set", "Jellyfin", "--backchannel-logout-uri", "https://nas.lan/told").err == ""
    assert "outgoing_allow" not in idp("client", "sheet", "Jellyfin").out


def test_userinfo_becomes_plain_again(idp: Cli) -> None:
    idp(*ADD, "--userinfo-alg", "RS256")
    idp("client", "set", "Jellyfin", "--userinfo-alg", "json")
    assert "userinfo_signed_response_alg" not in idp("client", "show", "Jellyfin", "--json").json


def test_what_was_said_once_is_taken_back(idp: Cli) -> None:
    idp(*ADD, "--post-logout-redirect-uri", "https://a.example/bye", "--contact", "ada@example.org", "--auth-method",
        "client_secret_post")  # fmt: skip
    back = ("--post-logout-redirect-uri", "", "--contact", "", "--auth-method", "any")
    assert idp("client", "set", "Jellyfin", *back).code == 0
    found = clients.by_name("Jellyfin")
    assert found is not None
    assert (found.post_logout_redirect_uris, found.contacts, found.auth_method) == ([], [], None)
    assert idp("client", "set", "Jellyfin", "--group", "").code == 1, "an empty name opens it to nobody else"


def test_an_application_that_registered_itself_is_taken_over(idp: Cli) -> None:
    idp(*ADD)
    Client.update(registration_token_digest="x", registered_by="The lab").execute()
    assert idp("client", "set", "Jellyfin", "--take-over").code == 0
    assert (Client.get().registration_token_digest, Client.get().registered_by) == (None, "The lab")
    assert idp("client", "set", "Jellyfin", "--take-over").code == 0


def test_earlier_secrets_are_forgotten_before_their_time(idp: Cli) -> None:
    added = idp(*ADD, "--json").json
    newest = idp("client", "rotate-secret", "Jellyfin", "--keep", "1d", "--json").json
    assert authenticate(None, {name: added[name] for name in ("client_id", "client_secret")})
    assert "Only the newest" in idp("client", "rotate-secret", "Jellyfin", "--only-newest").out
    assert authenticate(None, newest)
    with pytest.raises(Exception, match="invalid_client"):
        authenticate(None, {name: added[name] for name in ("client_id", "client_secret")})


def test_a_public_application_has_no_secret(idp: Cli) -> None:
    added = idp(*ADD, "--auth-method", "none", "--json").json
    assert "client_secret" not in added
    assert (added["token_endpoint_auth_method"], added["pkce"]) == ("none", "require")
    assert idp("client", "rotate-secret", added["client_id"]).code == 1


def test_plain_http_is_taken_with_a_note_beside_the_answer(idp: Cli) -> None:
    done = idp("client", "add", "Unraid", "--redirect-uri", "http://tower.lan/cb", "--json")
    assert done.code == 0
    assert "http://tower.lan/cb" in done.err
    assert idp("client", "add", "Local", "--redirect-uri", "http://localhost:3000/cb").err == ""


def test_an_application_is_changed_and_the_rest_stays(idp: Cli) -> None:
    idp("group", "add", "family")
    client_id = idp(*ADD, "--json").json["client_id"]
    before = idp("client", "show", client_id, "--json").json
    done = idp("client", "set", client_id, "--redirect-uri", "https://new.example/", "--group", "family", "--name", "New",
               "--pkce", "require", "--skip-consent", "--no-id-token-claims", "--id-token-alg", "ES256")  # fmt: skip
    assert (done.code, done.out) == (0, "Changed New.\n")
    after = idp("client", "show", client_id, "--json").json
    assert after == {
        **before, "client_name": "New", "redirect_uris": ["https://new.example/"], "groups": ["family"],
        "pkce": "require", "skip_consent": True, "id_token_claims": False, "id_token_signed_response_alg": "ES256",
    }  # fmt: skip
    idp("client", "set", client_id, "--everybody", "--pkce", "allow", "--ask-consent", "--id-token-claims")
    again = idp("client", "show", client_id, "--json").json
    assert (again["groups"], again["pkce"], again["skip_consent"], again["id_token_claims"]) == (
        [],
        "allow",
        False,
        True,
    )


def test_contradictions_and_nothing_at_all_are_wrong_usage(idp: Cli) -> None:
    client_id = idp(*ADD, "--json").json["client_id"]
    assert idp("client", "set", client_id).code == 2
    assert idp("client", "set", client_id, "--everybody", "--group", "x").code == 2


def test_an_application_is_switched_off_and_on(idp: Cli) -> None:
    client_id = idp(*ADD, "--json").json["client_id"]
    idp("client", "set", client_id, "--disable")
    assert "disabled" in idp("client", "list").out
    idp("client", "set", client_id, "--enable")
    assert "active" in idp("client", "list").out


def test_a_new_secret_replaces_the_old_one(idp: Cli) -> None:
    added = idp(*ADD, "--json").json
    fresh = idp("client", "rotate-secret", added["client_id"], "--json").json
    assert fresh["client_id"] == added["client_id"]
    assert authenticate(None, fresh)
    with pytest.raises(Exception, match="invalid_client"):
        authenticate(None, {"client_id": added["client_id"], "client_secret": added["client_secret"]})
    shown = idp("client", "rotate-secret", added["client_id"]).out
    assert "cs_" in shown
    kept = idp("client", "rotate-secret", added["client_id"], "--keep", "1d", "--json").json
    newest = idp("client", "rotate-secret", added["client_id"], "--keep", "1h", "--json").json
    assert authenticate(None, kept) and authenticate(None, newest)
    assert idp("client", "rotate-secret", added["client_id"], "--keep", "soon").code == 2
    assert idp("client", "rotate-secret", added["client_id"], "--keep", "99d").code == 1


def test_an_application_is_deleted(idp: Cli) -> None:
    client_id = idp(*ADD, "--json").json["client_id"]
    refused = idp("client", "delete", client_id)
    assert refused.code == 2
    assert "--yes" in refused.err
    assert idp("client", "delete", client_id, "--yes").out == "Deleted Jellyfin.\n"
    assert idp("client", "list", "--json").json == []
    assert "idp client add" in idp("client", "list").out


@pytest.mark.parametrize("secret", ["", "short\n", "a" * 40])
def test_a_weak_secret_is_refused_without_repeating_it(idp: Cli, secret: str) -> None:
    done = idp(*ADD, "--client-secret-stdin", input=secret)
    assert (done.code, done.out) == (1, "")
    assert not secret.strip() or secret.strip() not in done.err


def test_showing_one_is_readable(idp: Cli) -> None:
    added = idp(*ADD, "--json").json
    assert "Jellyfin" in idp("client", "show", added["client_id"]).out


def test_an_application_is_shown_in_words(idp: Cli) -> None:
    client_id = idp(*ADD, "--skip-consent", "--require-mfa", "--json").json["client_id"]
    lines = idp("client", "show", "Jellyfin").out.splitlines()
    told = dict(re.split(r" {2,}", line, maxsplit=1) for line in lines[: lines.index("")])
    assert told["Client ID"] == client_id
    assert told["Redirect URIs"] == ADD[-1]
    assert (told["For"], told["State"], told["Claims in ID token"]) == ("everybody", "active", "yes")
    assert (told["Consent"], told["Second factor"]) == ("people aren't asked", "needed")
    assert len({line.rindex(value) for line, value in zip(lines, told.values(), strict=False)}) == 1, "aligned"
    assert not {"True", "False", "None", "[]"} & set(told.values())
    for hint in ("idp client sheet Jellyfin", "idp client set Jellyfin", "idp client rotate-secret Jellyfin"):
        assert hint in "\n".join(lines[lines.index("") :])


def test_a_public_application_is_shown_without_hints_at_a_secret(idp: Cli) -> None:
    idp(*ADD, "--auth-method", "none")
    shown = idp("client", "show", "Jellyfin").out
    assert "public" in shown
    assert "rotate-secret" not in shown


def test_names_as_subjects_come_with_a_warning(idp: Cli) -> None:
    done = idp(*ADD, "--subject-source", "username")
    assert done.code == 0
    assert "knows people by their user names" in done.err
    assert "their user names" in idp("client", "show", "Jellyfin").out


def test_whoever_gives_people_new_accounts_in_an_application_has_to_say_so(idp: Cli) -> None:
    idp(*ADD)
    Client.update(last_used_at=1).execute()
    change = ("client", "set", "Jellyfin", "--subject-type", "pairwise")
    asked = idp(*change)
    assert asked.code == 2
    assert "--yes" in asked.err
    assert Client.get().subject_type == "public"
    assert idp(*change, "--yes").code == 0
    assert Client.get().subject_type == "pairwise"
    idp("client", "set", "Jellyfin", "--contact", "Ada")
    assert "Ada" in idp("client", "show", "Jellyfin").out


def test_a_preset_is_applied_to_an_application_that_is_there(idp: Cli) -> None:
    added = idp(
        "client", "add", "Films", "--redirect-uri", "https://old.example/cb", "--scope", "openid", "--json"
    ).json
    assert idp("client", "set", "Films", "--preset", "jellyfin-sso").code == 1, "it needs the address"
    done = idp("client", "set", "Films", "--preset", "jellyfin-sso", "--app-url", "https://films.example.org")
    assert done.code == 0 and "idp client sheet" in done.out, done.err
    found = idp("client", "show", "Films", "--json").json
    assert found["preset"] == "jellyfin-sso" and "groups" in found["scope"] and found["client_id"] == added["client_id"]
    assert found["redirect_uris"][0] == "https://old.example/cb" and len(found["redirect_uris"]) > 1
    idp("client", "set", "Films", "--preset", "jellyfin-sso", "--scope", "openid")
    assert idp("client", "show", "Films", "--json").json["scope"] == "openid", "what is given besides wins"
    idp("client", "set", "Films", "--preset", "")
    assert "preset" not in idp("client", "show", "Films", "--json").json


def test_a_logo_is_a_file(idp: Cli, tmp_path: Path) -> None:
    idp("client", "add", "Films", "--redirect-uri", "https://films.example/cb")
    Image.new("RGB", (64, 64), "red").save(tmp_path / "logo.png")
    assert idp("client", "set", "Films", "--logo", str(tmp_path / "logo.png")).code == 0
    (tmp_path / "logo.svg").write_text("<svg/>")
    assert "PNG" in idp("client", "set", "Films", "--logo", str(tmp_path / "logo.svg")).err
    assert clients.all_clients()[0].logo is not None
    assert idp("client", "set", "Films", "--logo", "").code == 0
    assert clients.all_clients()[0].logo is None


def test_a_device_is_added_by_a_short_word_and_without_an_address(idp: Cli) -> None:
    urn = "urn:ietf:params:oauth:grant-type:device_code"
    for word in ("device_code", urn):
        added = idp("client", "add", f"TV {len(word)}", "--grant-type", word, "--auth-method", "none", "--json").json
        assert added["grant_types"] == [urn] and added["redirect_uris"] == []
        assert "Where people type the code" in idp("client", "sheet", added["client_id"]).out
    assert urn in idp("client", "show", added["client_id"]).out


def test_only_adding_speaks_of_what_is_so_where_nothing_is_given(idp: Cli) -> None:
    # changing leaves as it is what isn't given
    assert "everybody unless given" in " ".join(idp("client", "add", "--help").out.split())
    assert "unless given" not in " ".join(idp("client", "set", "--help").out.split())
