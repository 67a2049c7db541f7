"""pyop's defects M1 to M17: requests, client authentication, redirect URIs."""

from __future__ import annotations

import base64
import json

import pytest
import requests

from tests.flows.application import CALLBACK, error_of, parameters_of
from tests.flows.visitors import visitor
from tests.server import CommandError


def discovery(server, path: str = "openid-configuration"):
    return requests.get(f"{server.issuer}/.well-known/{path}", timeout=10).json()


def test_m1_a_signed_hint_is_accepted_and_its_claims_become_nobodys(app, person):
    hint = app.tokens(person)["id_token"]
    answer = app.ask(person, id_token_hint=hint, prompt="none", nonce="another")
    claims = app.claims(app.exchange(answer["code"]).json()["id_token"])
    assert claims["nonce"] == "another"


@pytest.mark.parametrize("name", ["request", "request_uri", "registration"])
def test_m2_what_is_not_offered_is_refused_by_its_own_error(app, person, name):  # OIDC Core 3.1.2.6
    assert app.ask(person, **{name: "https://app.example/object"})["error"] == f"{name}_not_supported"


def test_m3_discovery_tells_the_truth(server):
    found = discovery(server)
    assert found["request_uri_parameter_supported"] is False and found["request_parameter_supported"] is True
    assert not {"implicit", "password"} & set(found["grant_types_supported"])
    assert found["response_types_supported"] == ["code"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert "version" not in found


def test_m4_discovery_is_the_same_byte_for_byte_in_every_process(idp_server):
    # Workers are forked from one parent, so what sets are ordered by differs between starts only.
    server, answers = idp_server(PYTHONHASHSEED="1", IDP_WORKERS="1"), set()
    for seed in ("2", "3", "4"):
        answers.add(requests.get(f"{server.issuer}/.well-known/openid-configuration", timeout=10).content)
        server.stop()
        server.environ["PYTHONHASHSEED"] = seed
        server.start()
    answers.add(requests.get(f"{server.issuer}/.well-known/openid-configuration", timeout=10).content)
    assert len(answers) == 1
    assert discovery(server)["scopes_supported"] == ["openid", "profile", "email", "groups", "roles", "offline_access"]


def test_m5_scopes_that_the_client_may_not_have_are_left_out(narrow_app, person):
    tokens = narrow_app.tokens(person, scope="email root openid admin groups profile")
    assert tokens["scope"].split() == ["openid", "email"]


def test_m6_m7_what_the_request_demands_reaches_the_tokens(app, person):
    """OP-CHECKLIST items 89 and 90."""
    claims = app.claims(app.tokens(person, max_age="100", acr_values="aal1")["id_token"])
    assert {"auth_time", "acr", "amr", "sid"} <= claims.keys()


@pytest.mark.parametrize("changes", [{"max_age": "-1"}, {"max_age": "1.5"}, {"max_age": "٣"}, {"prompt": "create"},
                                     {"prompt": "none login"}, {"response_mode": "fragment"}], ids=str)  # fmt: skip
def test_m7_values_that_mean_nothing_are_refused(app, person, changes):
    """OP-CHECKLIST items 5 and 43."""
    assert app.ask(person, **changes)["error"] == "invalid_request"


def test_m7_a_silent_request_without_a_session_shows_no_page(app, person):
    assert app.ask(person, prompt="none")["error"] == "login_required"


def test_m8_one_request_authenticates_in_one_way_as_one_client(app, other_app, person):
    code = app.code(person)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": app.verifier}
    basic = (app.id, app.secret)
    both = app.token({**form, "client_secret": app.secret}, auth=basic)
    assert both.status_code == 400 and error_of(both) == "invalid_request"
    two = app.token({**form, "client_id": other_app.id}, auth=basic)
    assert two.status_code == 400 and error_of(two) == "invalid_request"
    assert app.token({**form, "client_id": app.id}, auth=basic).status_code == 200


@pytest.mark.parametrize("name", ["code", "client_id", "grant_type", "redirect_uri", "code_verifier", "client_secret"])
def test_m9_a_repeated_parameter_is_refused_at_the_token_endpoint(app, person, name):  # RFC 6749 3.2
    """OP-CHECKLIST item 5."""
    fields = {
        "grant_type": "authorization_code", "code": app.code(person), "redirect_uri": CALLBACK,
        "code_verifier": app.verifier, "client_id": app.id, "client_secret": app.secret,
    }  # fmt: skip
    for second in (fields[name], "x", ""):
        answer = app.token([*fields.items(), (name, second)])
        assert answer.status_code == 400 and error_of(answer) == "invalid_request"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "scope", "prompt", "response_type", "nonce"])
def test_m9_a_repeated_parameter_is_refused_on_a_page_at_the_authorization_endpoint(app, person, name):
    page = person.get(app.url(prompt="none") + f"&{name}=https://evil.example")
    assert page.status == 400 and person.left_to is None


def basic(text: str, scheme: str = "Basic") -> dict[str, str]:
    return {"Authorization": f"{scheme} {base64.b64encode(text.encode()).decode()}"}


def test_m10_basic_credentials_are_read_strictly_and_form_decoded(server, app, person):  # RFC 6749 2.3.1
    """OP-CHECKLIST items 5 and 69."""
    secret = "a+b c%2Fd:e=f&g%zz" + "0123456789" * 2
    assert " " in secret
    with pytest.raises(CommandError):  # a blank isn't printable on one line of a form
        server.idp("client", "add", "Blank", "--redirect-uri", CALLBACK, "--client-secret-stdin", input=secret)
    secret = secret.replace(" ", "-")
    server.idp("client", "add", "Escapes", "--redirect-uri", CALLBACK, "--client-id", "escapes~1",
               "--client-secret-stdin", input=secret)  # fmt: skip
    form = {"grant_type": "authorization_code", "code": "x"}
    from urllib.parse import quote_plus

    for header in (basic(f"escapes~1:{quote_plus(secret)}"), basic(f"escapes~1:{secret}"),
                   basic(f"escapes%7E1:{quote_plus(secret)}", "bAsIc")):  # fmt: skip
        assert error_of(app.token(form, headers=header)) == "invalid_grant"
    good = basic(f"{app.id}:{app.secret}")["Authorization"]
    for header in (good + "junk!!", good.replace("Basic ", "Basic !!"), "Basic", "Basic ", "Basic  =", "Digest x",
                   basic(app.id)["Authorization"], basic(":")["Authorization"], "Basic /w=="):  # fmt: skip
        answer = app.token(form, headers={"Authorization": header})
        assert answer.status_code == 401 and error_of(answer) == "invalid_client"
        assert "Basic" in answer.headers["WWW-Authenticate"]


def test_m11_bearer_tokens_are_read_strictly_and_never_from_the_query(app, person):  # RFC 6750 2
    token = app.tokens(person)["access_token"]
    url = f"{app.server.issuer}/userinfo"

    def status(header: str | None, **options) -> int:
        headers = {"Authorization": header} if header else {}
        return requests.request(options.pop("method", "GET"), url, headers=headers, timeout=10, **options).status_code

    for scheme in ("Bearer", "bearer", "BEARER"):
        assert status(f"{scheme} {token}") == 200
    assert status(f"BearerX{token}") == status(f"Bearer{token}") == status(f"Bearer {token}x") == 401
    assert status(None, params={"access_token": token}) == 401
    assert status(None, method="POST", data={"access_token": token}) == 200
    assert status(f"Bearer {token}", method="POST", data={"access_token": token}) == 400
    assert status(f"Bearer {token}, Bearer {token}") in (400, 401)


def test_m12_errors_repeat_nothing_that_was_sent(app, person):
    """OP-CHECKLIST item 4."""
    marker = "SECRETTOKENVALUE"
    texts = [
        app.exchange(marker).text, app.userinfo(marker).text, app.userinfo(marker).headers["WWW-Authenticate"],
        app.exchange(app.code(person), redirect_uri=f"https://{marker}.example").text,
        app.exchange("x", client_secret=marker).text, app.exchange("x", grant_type=marker).text,
        json.dumps(app.ask(person, scope=marker)), json.dumps(app.ask(person, id_token_hint=marker)),
        json.dumps(app.ask(person, response_type=marker)),
    ]  # fmt: skip
    assert [text for text in texts if marker in text] == []


def test_m13_errors_carry_the_codes_of_the_standard(app, person):
    assert app.ask(person, response_type="token")["error"] == "unsupported_response_type"
    assert app.ask(person, response_type=None)["error"] == "invalid_request"
    assert error_of(app.exchange(app.code(person), redirect_uri=CALLBACK + "/")) == "invalid_grant"
    assert error_of(app.exchange(app.code(person), code_verifier="y" * 43)) == "invalid_grant"
    assert error_of(app.exchange("x", client_id="cl_nobody")) == "invalid_client"
    assert error_of(app.exchange("x", grant_type="password")) == "unsupported_grant_type"
    assert error_of(app.exchange("x", grant_type=None)) == "invalid_request"


@pytest.mark.parametrize("response_type", ["code code", "code token", "id_token", "CODE", "code ", "none"])
def test_m14_only_code_is_a_response_type_and_answers_stand_in_the_query(app, person, response_type):
    """OP-CHECKLIST item 57."""
    person.get(app.url(response_type=response_type))
    assert person.left_to and "#" not in person.left_to
    assert parameters_of(person.left_to)["error"] == "unsupported_response_type"


@pytest.mark.parametrize("uri", ["https://app.example", "https://app.example/", "https://app.example/callbac", "https",
                                 CALLBACK + "/", CALLBACK + "?", CALLBACK + "?a=b", CALLBACK.upper(),
                                 "https://APP.example/callback", "https://app.example:443/callback",
                                 "https://app.example/./callback", "https://app.example//callback",
                                 "https://app.example/call%62ack", " " + CALLBACK, CALLBACK + " "])  # fmt: skip
def test_m15_a_part_or_a_variant_of_a_redirect_uri_is_not_the_redirect_uri(app, person, uri):
    """OP-CHECKLIST item 33."""
    assert person.get(app.url(redirect_uri=uri)).status == 400
    assert person.left_to is None


@pytest.mark.parametrize("uri", [CALLBACK + "#part", CALLBACK + "#", "https://*.example/cb", "https://app.example/*",
                                 "https://user@app.example/cb", "https://user:password@app.example/", "javascript:alert(1)",
                                 "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "https:///cb",
                                 "//app.example/cb", "/cb", "app.example/cb", "https://app.example/../cb",
                                 "https://app.example/a b", "https://app.example/\\evil", "https://äpp.example/",
                                 "https://app.example:port/", "blob:https://app.example/x", "about:blank", ""])  # fmt: skip
def test_m16_addresses_that_can_not_be_safe_are_not_registered(registered, uri):
    assert registered(uri) is not None


@pytest.fixture
def registered():
    """The command line asks this function; starting a process for each address would take a minute."""
    from idp.oidc.redirect_uris import problem

    return problem


def test_m16_the_command_line_says_why_an_address_is_refused(server):
    done = server.run("client", "add", "Fragment", "--redirect-uri", CALLBACK + "#part")
    assert done.returncode == 1 and "fragment" in done.stderr and done.stderr.count("\n") == 1


def test_m17_offline_access_needs_no_prompt_and_is_ignored_where_it_is_not_offered(app, narrow_app, person):
    tokens = app.tokens(person, scope="openid offline_access")
    assert tokens["scope"] == "openid offline_access" and tokens["refresh_token"]
    ignored = narrow_app.tokens(person, scope="openid offline_access")
    assert ignored["scope"] == "openid" and "refresh_token" not in ignored


def test_m17_a_request_without_openid_is_plain_oauth_and_brings_no_id_token(app, server):
    tokens = app.tokens(visitor(server), scope="email")
    assert "id_token" not in tokens and tokens["scope"] == "email"
