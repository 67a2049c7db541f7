"""The Flowfin Jellyfin plugin, the strictest client found, signs a person in."""

import time

import pytest

from .strict import flowfin, wire

REDIRECT_URI = "http://localhost:8096/sso/OID/redirect/foyer"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_person_signs_in_under_every_rule(server, register, sign_in, algorithm) -> None:
    client = register("Flowfin", REDIRECT_URI, "--id-token-alg", algorithm)
    plugin = flowfin.Plugin(server.issuer, client)
    person = plugin.callback(sign_in(plugin.start()))
    assert person["identity"][0] == server.issuer
    assert person["claims"]["preferred_username"] == "alice"
    assert person["claims"]["email_verified"] is True
    assert sorted(person["claims"]["groups"]) == ["family", "media"]
    assert person["claims"]["sid"]


def test_the_same_person_is_the_same_identity_in_every_application(server, register, sign_in) -> None:
    identities = set()
    for name in ("Flowfin at home", "Flowfin away"):
        plugin = flowfin.Plugin(server.issuer, register(name, REDIRECT_URI))
        identities.add(plugin.callback(sign_in(plugin.start()))["identity"])
    assert len(identities) == 1


def test_the_answer_carries_the_issuer_because_the_metadata_promises_it(server, register, sign_in) -> None:
    plugin = flowfin.Plugin(server.issuer, register("Flowfin", REDIRECT_URI))
    back = sign_in(plugin.start())
    assert plugin.discovery["authorization_response_iss_parameter_supported"] is True
    assert wire.answer_in(back, REDIRECT_URI)["iss"] == server.issuer


@pytest.mark.parametrize("prompt", [None, "login"])
def test_a_required_acr_and_age_are_in_the_id_token(server, register, sign_in, prompt) -> None:
    policy = flowfin.Policy(acr_values=("aal1",), require_acr=True, max_age=300, prompt=prompt)
    plugin = flowfin.Plugin(server.issuer, register("Flowfin", REDIRECT_URI), policy)
    claims = plugin.callback(sign_in(plugin.start()))["claims"]
    assert claims["acr"] == "aal1"
    assert isinstance(claims["auth_time"], int)


@pytest.mark.parametrize(
    "body", [b'{"a": 1, "a": 1}', b'{"keys": [{"kid": "x", "kid": "y"}]}', b"[]", b" " * 1_000_001]
)
def test_repeated_members_and_giants_are_refused(body) -> None:
    with pytest.raises((wire.Refused, ValueError)):
        flowfin.read_json(body)


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "EdDSA"},
        {"typ": "at+jwt"},
        {"typ": "logout+jwt"},
        {"crit": ["exp"]},
        {"kid": "a/b"},
        {"kid": "a="},
        {"kid": "k" * 257},
    ],
)
def test_headers_outside_the_rules_are_refused(change) -> None:
    good = {"alg": "RS256", "typ": "JWT", "kid": "aB3-_"}
    flowfin.check_header(good)
    with pytest.raises(wire.Refused):
        flowfin.check_header({**good, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://id.example.org/"},
        {"aud": "another"},
        {"aud": ["me", "another"]},
        {"azp": "another"},
        {"exp": 0},
        {"acr": "aal1"},
        {"auth_time": "1"},
        {"auth_time": 1},
        {"email_verified": "true"},
    ],
)
def test_claims_outside_the_rules_are_refused(change) -> None:
    now = time.time()
    good = {"iss": "https://id.example.org", "aud": "me", "sub": "s", "acr": "aal2"}
    good |= {"exp": now + 60, "auth_time": int(now), "email_verified": True}
    policy = flowfin.Policy(acr_values=("aal2",), require_acr=True, max_age=60)
    flowfin.check_claims(good, "https://id.example.org", "me", policy, now)
    with pytest.raises(wire.Refused):
        flowfin.check_claims({**good, **change}, "https://id.example.org", "me", policy, now)


RSA = {"kty": "RSA", "kid": "k", "use": "sig", "e": "AQAB", "n": wire.unpadded(b"\xff" * 256)}


def test_a_fitting_key_is_chosen_by_its_identifier() -> None:
    keys = [RSA, {**RSA, "kid": "other"}]
    assert flowfin.choose_key(keys, {"alg": "RS256", "kid": "k"}).kid == "k"


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [RSA, RSA],
        [{**RSA, "use": "enc"}],
        [{**RSA, "alg": "RS512"}],
        [{**RSA, "kid": "another"}],
        [{**RSA, "kid": "a b"}],
        [{**RSA, "n": wire.unpadded(b"\xff" * 128)}],
    ],
)
@pytest.mark.filterwarnings("ignore:Key size")  # joserfc says it too
def test_keys_outside_the_rules_are_refused(keys) -> None:
    with pytest.raises(wire.Refused):
        flowfin.choose_key(keys, {"alg": "RS256", "kid": "k"})
