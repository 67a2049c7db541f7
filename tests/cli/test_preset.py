"""`idp client presets`, `idp client add --preset` and `idp client sheet`."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp import presets
from idp.oidc.client_authentication import authenticate
from idp.presets.preset import KNOWN
from tests.cli.conftest import Cli
from tests.given import SECRET

ADD = ("client", "add", "Jellyfin", "--preset", "jellyfin-sso", "--app-url", "https://jellyfin.example.org/")


def test_the_table_has_every_application_and_says_how_it_is_known(idp: Cli) -> None:
    lines = idp("client", "presets").out.splitlines()
    assert [line.split()[0] for line in lines[1:-2]] == [preset.id for preset in presets.search()]
    (grafana,) = [line for line in lines if line.startswith("grafana ")]
    assert grafana.split("  ")[-1].strip() == "read in the application's source"
    (sonarr,) = [line for line in lines if line.startswith("sonarr ")]
    assert sonarr.endswith(f"{KNOWN[presets.get('sonarr').known]}; needs forward authentication, not available yet")
    assert any(line.endswith(" from a guide") for line in lines)
    assert any(line.endswith(" tried") for line in lines)
    assert "idp client add NAME --preset PRESET --app-url URL" in lines[-1]


def test_words_search(idp: Cli) -> None:
    found = idp("client", "presets", "jellyfin", "sso").out
    assert "jellyfin-sso" in found
    assert "grafana" not in found
    assert presets.get("jellyfin-sso").choose in found, "where there are several, when to take which"
    nothing = idp("client", "presets", "no-such-application")
    assert (nothing.code, len(nothing.out.splitlines())) == (0, 1)
    assert "generic-web" in nothing.out


def test_programs_get_the_same_list(idp: Cli) -> None:
    found = idp("client", "presets", "--json").json
    assert [each["preset"] for each in found] == [preset.id for preset in presets.search()]
    (grafana,) = [each for each in found if each["preset"] == "grafana"]
    assert grafana["known"] == "source"
    assert grafana["app_url_example"] == "https://grafana.example.org"
    assert idp("client", "presets", "no-such-application", "--json").json == []


def test_presets_are_listed_before_there_is_a_database(
    idp: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDP_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/foyer.sqlite")
    assert idp("client", "presets").code == 0


def test_a_preset_fills_in_what_the_application_needs(idp: Cli) -> None:
    added = idp(*ADD, "--json").json
    assert added["redirect_uris"] == [
        "https://jellyfin.example.org/sso/OID/redirect/foyer",
        "https://jellyfin.example.org/sso/OID/r/foyer",
    ]
    assert added["post_logout_redirect_uris"] == ["https://jellyfin.example.org", "https://jellyfin.example.org/"]
    assert (added["token_endpoint_auth_method"], added["pkce"]) == ("client_secret_post", "require")
    assert (added["scope"], added["id_token_claims"]) == ("openid profile groups", True)
    assert (added["preset"], added["client_uri"]) == ("jellyfin-sso", "https://jellyfin.example.org/")
    assert added["groups"] == []
    assert authenticate(None, {"client_id": added["client_id"], "client_secret": added["client_secret"]})


def test_what_is_given_wins_over_the_preset(idp: Cli) -> None:
    idp("group", "add", "family")
    given = ("--redirect-uri", "https://j.example/sso/OID/redirect/Home", "--pkce", "allow", "--scope", "openid", "--scope",
             "email", "--group", "family", "--auth-method", "client_secret_basic", "--no-id-token-claims",
             "--post-logout-redirect-uri", "https://j.example/bye", "--client-id", "brought-along",
             "--client-secret-stdin")  # fmt: skip
    added = idp(*ADD, *given, "--json", input=SECRET).json
    assert added["redirect_uris"] == ["https://j.example/sso/OID/redirect/Home"]
    assert added["post_logout_redirect_uris"] == ["https://j.example/bye"]
    assert (added["pkce"], added["scope"], added["groups"]) == ("allow", "openid email", ["family"])
    assert (added["token_endpoint_auth_method"], added["id_token_claims"]) == ("client_secret_basic", False)
    assert (added["client_id"], added["client_secret"]) == ("brought-along", SECRET)


def test_people_are_told_what_was_set_and_why_and_what_to_enter(idp: Cli) -> None:
    done = idp(*ADD, "--pkce", "allow")
    assert (done.code, done.err) == (0, "")
    client_id = idp("client", "show", "Jellyfin", "--json").json["client_id"]
    for text in (
        "https://jellyfin.example.org/sso/OID/redirect/foyer",
        "(the address the plugin answers at, and the one its older versions used)",
        "client_secret_post",
        "(it sends its secret this way)",
        "(as you said)",
        "OpenID Client ID",
        client_id,
        "Issuer         http://localhost:8000",
        "https://jellyfin.example.org/sso/OID/start/foyer",
        "empty password",
        f"The secret is shown this once. The rest again: idp client sheet {client_id}",
    ):
        assert text in done.out, text
    assert done.out.count("cs_") == 2, "among the general values, and where the plugin asks for it"


def test_an_application_that_cannot_keep_a_secret_gets_none(idp: Cli) -> None:
    done = idp("client", "add", "BookLore", "--preset", "booklore", "--app-url", "https://b.example")
    assert done.code == 0
    assert "cs_" not in done.out
    assert "it can't keep a secret" in done.out
    assert "shown" not in done.out
    assert "rotate-secret" not in idp("client", "sheet", "BookLore").out


def test_the_sheet_can_be_had_later_without_the_secret(idp: Cli) -> None:
    added = idp(*ADD, "--json").json
    for name in (added["client_id"], "Jellyfin"):
        later = idp("client", "sheet", name)
        assert (later.code, later.err) == (0, "")
        assert added["client_id"] in later.out
        assert added["client_secret"] not in later.out
        assert "YOUR-CLIENT-SECRET" in later.out
        assert f"idp client rotate-secret {added['client_id']}" in later.out
    as_json = idp("client", "sheet", "Jellyfin", "--json").json
    assert ["OpenID Client ID", added["client_id"]] in [pair for step in as_json["steps"] for pair in step["fields"]]
    assert added["client_secret"] not in str(as_json)


def test_the_sheet_follows_what_is_changed(idp: Cli) -> None:
    client_id = idp(*ADD, "--json").json["client_id"]
    idp("client", "set", client_id, "--redirect-uri", "https://new.example/sso/OID/redirect/Home", "--app-url",
        "https://new.example")  # fmt: skip
    sheet = idp("client", "sheet", client_id).out
    assert "https://new.example/sso/OID/start/Home" in sheet
    assert "jellyfin.example.org" not in sheet


def test_an_application_without_a_preset_has_a_general_sheet(idp: Cli) -> None:
    idp("client", "add", "Something", "--redirect-uri", "https://s.example/cb")
    sheet = idp("client", "sheet", "Something").out
    assert "http://localhost:8000/.well-known/openid-configuration" in sheet
    assert "https://s.example/cb" in sheet
    idp("client", "add", "Native", "--redirect-uri", "app:/cb", "--auth-method", "none")
    assert "YOUR-CLIENT-SECRET" not in idp("client", "sheet", "Native").out


def test_the_pages_name_is_the_button_s_in_the_application(idp: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_NAME", "The Smiths' home")
    shown = idp("client", "add", "G", "--preset", "grafana", "--app-url", "https://g.example").out
    assert "GF_AUTH_GENERIC_OAUTH_NAME=The Smiths' home" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--preset", "grafana"], "--app-url https://grafana.example.org"),
        (["--preset", "grafana", "--redirect-uri", "https://g.example/x"], "--app-url https://grafana.example.org"),
        (["--preset", "grafana", "--app-url", "grafana.lan"], "not a web address"),
        (["--preset", "grafana", "--app-url", ""], "--app-url https://grafana.example.org"),
        (["--preset", "grafana", "--app-url", "https://g.example/#/x"], "as in https://g.example"),
        (["--preset", "sonarr", "--app-url", "https://s.example"], "forward authentication"),
        (["--preset", "nonsense", "--app-url", "https://s.example"], "idp client presets"),
        (["--preset", "Jellyfin"], "There is no preset named 'Jellyfin'. Did you mean jellyfin-2fa, jellyfin-sso?"),
        (["--preset", "cloud-web"], "Did you mean opencloud-web?"),
        (["--preset", "../cli/client"], "idp client presets"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_a_preset_cannot_do_is_one_sentence_and_registers_nothing(
    idp: Cli, arguments: list[str], words: str
) -> None:
    done = idp("client", "add", "X", *arguments)
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1
    assert words in done.err
    assert idp("client", "list", "--json").json == []


def test_a_preset_that_needs_no_address_asks_for_none(idp: Cli) -> None:
    added = idp("client", "add", "Tailscale", "--preset", "tailscale", "--json").json
    assert added["redirect_uris"] == ["https://login.tailscale.com/a/oauth_response"]
    assert "client_uri" not in added


def test_plain_http_is_noted(idp: Cli) -> None:
    done = idp("client", "add", "Unraid", "--preset", "unraid", "--app-url", "http://tower.local")
    assert done.code == 0
    assert "http://tower.local/graphql/api/auth/oidc/callback is plain http" in done.err


def test_the_sheet_of_nobody_is_refused(idp: Cli) -> None:
    done = idp("client", "sheet", "nobody")
    assert (done.code, done.out) == (1, "")


def test_an_application_without_addresses_is_told_of_its_presets(idp: Cli) -> None:
    told = idp("client", "add", "Jellyfin")
    assert told.code == 1 and " Or use a preset: " in told.err and told.err.endswith("client presets jellyfin\n")
    assert "jellyfin-sso" in idp("client", "presets", "jellyfin").out
    assert "preset" not in idp("client", "add", "Something of our own").err
