"""How applications steer a sign-in: prompt, max_age, hints, acr, locales, claims (OIDC Core 3.1.2.1, 5.5)."""

from __future__ import annotations

import json
import time

import pytest

from idp.oidc import jwt
from tests.flows import hints
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor


def claims_after(app: Application, code: str):
    return app.claims(app.exchange(code).json()["id_token"])


def sign_in_again(app: Application, person, username: str = "alice", **changes):
    """The claims after a request that has to show the form."""
    person.left_to = None
    page = person.get(app.url(**changes))
    assert person.left_to is None and page.offers("password"), "no form"
    person.submit(username=username, password=PASSWORD)
    return claims_after(app, app.answer(person.left_to)["code"])


def test_none_never_shows_a_page(app, asking_app, person):
    """OP-CHECKLIST items 41, 42 and 48."""
    assert app.ask(person, prompt="none")["error"] == "login_required"
    first = app.claims(app.tokens(person)["id_token"])
    again = claims_after(app, app.ask(person, prompt="none")["code"])
    assert (again["sub"], again["auth_time"]) == (first["sub"], first["auth_time"])
    assert asking_app.ask(person, prompt="none", scope="openid roles")["error"] == "consent_required"


def test_login_asks_again_and_moves_auth_time(app, person):
    """OP-CHECKLIST items 44 and 48."""
    first = app.claims(app.tokens(person)["id_token"])
    time.sleep(1.1)
    assert app.ask(person)["code"], "no form without it"
    again = sign_in_again(app, person, prompt="login")
    assert again["auth_time"] > first["auth_time"] and again["sub"] == first["sub"] and again["sid"] == first["sid"]


def test_login_keeps_asking_until_the_person_signs_in_for_this_request(app, person):
    app.code(person)
    page = person.get(app.url(prompt="login"))
    for _ in range(2):
        person.left_to = None
        assert person.get(page.url).offers("password") and person.left_to is None
    assert app.ask(person)["code"]
    assert person.get(page.url).offers("password"), "another request's sign-in does not count"


def test_login_and_consent_together_ask_for_both(app, person):
    app.code(person)
    person.left_to = None
    person.get(app.url(prompt="login consent"))
    assert person.submit(username="alice", password=PASSWORD).offers("decision")
    person.submit(decision="allow")
    assert app.answer(person.left_to)["code"]


def test_select_account_offers_to_continue_or_to_be_somebody_else(app, person, bob):
    first = app.claims(app.tokens(person)["id_token"])
    person.left_to = None
    page = person.get(app.url(prompt="select_account"))
    assert ("account", "continue") in page.form_with("account").buttons and "Alice Example" in page.text
    person.submit(account="continue")
    again = claims_after(app, app.answer(person.left_to)["code"])
    assert (again["sub"], again["auth_time"]) == (first["sub"], first["auth_time"])
    other = sign_in_again(app, person, bob["username"], prompt="select_account")
    assert other["sub"] == bob["sub"] and other["sid"] != first["sid"]


def test_select_account_has_nobody_to_continue_as_without_a_session(app, person):
    page = person.get(app.url(prompt="select_account"))
    assert not page.offers("account") and page.offers("password")
    form = page.form_with("password")
    form.fields["account"] = "continue"
    assert person.submit(username="", password="").status == 400 and person.left_to is None


def test_max_age_asks_again_when_the_sign_in_is_older(app, person):
    """OP-CHECKLIST items 46 and 48."""
    first = app.claims(app.tokens(person, max_age="10000")["id_token"])
    assert claims_after(app, app.ask(person, max_age="10000")["code"])["auth_time"] == first["auth_time"]
    time.sleep(2.1)
    assert app.ask(person, max_age="1", prompt="none")["error"] == "login_required"
    assert sign_in_again(app, person, max_age="1")["auth_time"] > first["auth_time"]


def test_max_age_0_is_like_prompt_login(app, person):
    """OP-CHECKLIST item 46."""
    app.code(person)
    assert app.ask(person, max_age="0", prompt="none")["error"] == "login_required"
    sign_in_again(app, person, max_age="0")


def test_login_hint_fills_in_the_name_as_text(app, person):
    """OP-CHECKLIST items 39 and 64."""
    for hint in ("alice", "somebody@else.example", '"><script>alert(1)</script>'):
        assert person.get(app.url(login_hint=hint)).form_with("username").fields["username"] == hint
        assert "<script>alert" not in person.page.html


@pytest.fixture(scope="module")
def genuine(app, server):
    """The claims of an ID token of Alice's."""
    return app.claims(app.tokens(visitor(server))["id_token"])


def test_a_genuine_hint_changes_nothing_for_who_it_names(app, person, genuine, server):
    """OP-CHECKLIST item 47."""
    app.code(person)
    for claims in (genuine, {**genuine, "exp": 1}, {**genuine, "aud": [app.id, "another"]}):
        assert app.ask(person, prompt="none", id_token_hint=hints.signed_by(server, claims))["code"]


def test_a_hint_signed_by_a_key_that_signs_no_more_is_genuine(app, idp_server):
    """OP-CHECKLIST items 30 and 47."""
    server = idp_server()
    server.add_user("alice", PASSWORD)
    own, person = Application(server, "--skip-consent"), visitor(server)
    claims = own.claims(own.tokens(person)["id_token"])
    server.idp("key", "rotate")
    hint = hints.signed_by(server, claims, "retired")
    assert own.ask(person, prompt="none", id_token_hint=hint)["code"]
    retired = next(key["kid"] for key in server.idp_json("key", "list") if key["state"] == "retired")
    server.idp("key", "retire", "--", retired)
    time.sleep(1.2)  # each process looks once a second
    assert own.ask(person, prompt="none", id_token_hint=hint)["error"] == "invalid_request"


@pytest.mark.parametrize("changes", [
    {"iss": "https://other.example"}, {"aud": "cl_nobody"}, {"aud": []}, {"aud": None}, {"sub": None}, {"sub": ["x"]},
    {"iss": None}, {"aud": {"x": 1}},
], ids=str)  # fmt: skip
def test_a_hint_that_is_not_for_us_is_refused(app, person, genuine, server, changes):
    hint = hints.signed_by(server, {**genuine, **changes})
    assert app.ask(person, id_token_hint=hint)["error"] == "invalid_request"


def test_a_hint_that_somebody_else_signed_is_refused(app, person, genuine, server):
    key = jwt.make_private_key("ES256")
    kid = server.idp_json("key", "list")[0]["kid"]
    for header in ({"alg": "ES256", "kid": kid}, {"alg": "RS256", "kid": kid}, {"alg": "ES256", "kid": "x"}):
        answer = app.ask(person, id_token_hint=hints.compact(header, genuine, key))
        assert answer["error"] == "invalid_request"


def test_a_hint_that_names_somebody_else_asks_for_that_person(app, person, genuine, server, bob):
    """OP-CHECKLIST item 47."""
    app.code(person)
    hint = hints.signed_by(server, {**genuine, "sub": bob["sub"]})
    assert app.ask(person, prompt="none", id_token_hint=hint)["error"] == "login_required"
    person.left_to = None
    page = person.get(app.url(id_token_hint=hint))
    assert page.form_with("username").fields["username"] == "", "who it is, is told to nobody else"
    page = person.submit(username="alice", password=PASSWORD)
    assert page.status == 400 and "another account" in page.text and person.left_to is None
    person.submit(username=bob["username"], password=PASSWORD)
    assert claims_after(app, app.answer(person.left_to)["code"])["sub"] == bob["sub"]


@pytest.mark.parametrize("changes", [
    {"acr_values": "aal2 aal1"}, {"acr_values": "urn:mace:incommon:iap:silver"}, {"ui_locales": "fr-CA fr en"},
    {"claims_locales": "de"}, {"display": "touch"}, {"display": "nonsense"}, {"ui_locales": "??"}, {"acr_values": " "},
], ids=str)  # fmt: skip
def test_wishes_that_can_not_be_met_are_no_errors(app, person, changes):
    """OP-CHECKLIST item 39."""
    assert app.claims(app.tokens(person, **changes)["id_token"])["acr"] == "aal1"


@pytest.mark.parametrize("wish, error", [
    ({"essential": True, "value": "aal1"}, None), ({"essential": True, "values": ["aal2", "aal1"]}, None),
    ({"values": ["gold"]}, None), (None, None), ({"essential": True}, None),
    ({"essential": True, "values": ["silver", "gold"]}, "unmet_authentication_requirements"),
], ids=str)  # fmt: skip
def test_an_essential_acr_that_can_not_be_reached_makes_the_request_fail(app, person, wish, error):
    """OP-CHECKLIST item 50."""
    answer = app.answer(person.sign_in(app.url(claims=json.dumps({"id_token": {"acr": wish}})), "alice", PASSWORD))
    assert answer.get("error") == error  # OIDC Core 5.5.1.1


@pytest.mark.parametrize("wish", [
    {"acr_values": "aal2"},
    {"claims": json.dumps({"id_token": {"acr": {"values": ["aal2"]}}})},
    {"claims": json.dumps({"id_token": {"acr": {"essential": True, "value": "aal2"}}})},
], ids=str)  # fmt: skip
def test_two_factors_are_asked_for_and_who_declines_is_sent_back_with_the_reason(app, person, wish):
    """RFC 9470 5."""
    person.left_to = None
    person.get(app.url(**wish))
    person.submit(username="alice", password=PASSWORD)
    assert person.left_to is None and person.page.offers("choose"), person.page.text
    person.submit(decision="back")
    assert app.answer(person.left_to)["error"] == "unmet_authentication_requirements"
    assert app.ask(person, prompt="none", **wish)["error"] == "interaction_required"


def test_claims_go_only_where_they_are_asked_for(app, person):
    """OP-CHECKLIST item 49."""
    asked = {"userinfo": {"email": {"essential": True}, "nonsense": None}, "id_token": {"groups": None}}
    tokens = app.tokens(person, scope="openid", claims=json.dumps(asked))
    id_token, userinfo = app.claims(tokens["id_token"]), app.userinfo(tokens["access_token"]).json()
    assert userinfo.keys() == {"sub", "email"}
    assert id_token["groups"] == ["family", "media"] and "email" not in id_token


def test_the_claims_parameter_can_demand_a_person(app, person, bob):
    """OP-CHECKLIST item 51."""
    app.code(person)
    demand = json.dumps({"id_token": {"sub": {"value": bob["sub"]}}})
    person.left_to = None
    person.get(app.url(claims=demand))
    assert person.submit(username="alice", password=PASSWORD).status == 400
    person.submit(username=bob["username"], password=PASSWORD)
    assert claims_after(app, app.answer(person.left_to)["code"])["sub"] == bob["sub"]
    both = json.dumps({"id_token": {"sub": {"value": "a"}}, "userinfo": {"sub": {"value": "b"}}})
    assert app.ask(person, claims=both)["error"] == "invalid_request"
