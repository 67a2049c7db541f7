"""openid-client 6 for Node, the library of Immich, Karakeep and many others, signs a person in."""

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import requests

from tests.conftest import absent
from tests.person import Person

from .conftest import PASSWORD
from .device import decide, register_device
from .form_post import posted_answer
from .node_client import SOURCES, InstallationFailed, NodeClient, installed_in

# Its library takes the query off the current URL to find the redirect URI: so none has one here.
CALLBACK = "http://localhost:9999/auth/login"


@pytest.fixture(scope="session")
def package(needs, pytestconfig) -> Path:
    """The installed package, kept in pytest's own cache folder."""
    needs("node", "nodejs")
    needs("npm", "npm")
    cache = Path(pytestconfig.cache.mkdir("openid_client"))
    try:
        return installed_in(cache)
    except InstallationFailed as failed:
        absent(f"npm ci could not install what the lock file names: {failed}")


@pytest.fixture
def relying_party(server, register, package) -> Iterator[Callable[..., Any]]:
    """`relying_party(client_options, **wishes)`: a started client and its authorization URL."""
    running: list[NodeClient] = []

    def start(options: tuple[str, ...] = (), **wishes: Any) -> tuple[NodeClient, str]:
        client = register("openid-client", CALLBACK, *options)
        node = NodeClient(package)
        running.append(node)
        answer = node.tell(
            {
                "issuer": server.issuer,
                "client_id": client["client_id"],
                "client_secret": client.get("client_secret"),
                "redirect_uri": CALLBACK,
                "scope": "openid profile email groups",
                "method": "client_secret_post",
                "well_known": "oidc",
                "pkce": True,
                **wishes,
            }
        )
        assert "authorization_url" in answer, answer
        return node, answer["authorization_url"]

    yield start
    for node in running:
        node.close()


def check(learned: dict[str, Any], issuer: str) -> None:
    """The library was content, and both documents name the person."""
    assert "refused" not in learned, learned
    id_token, userinfo = learned["id_token"], learned["userinfo"]
    for claims in (id_token, userinfo):
        assert claims["preferred_username"] == "alice"
        assert claims["email"] == "alice@example.org"
        assert claims["email_verified"] is True
        assert sorted(claims["groups"]) == ["family", "media"]
    assert userinfo["sub"] == id_token["sub"]
    assert id_token["iss"] == issuer
    assert id_token["amr"] == ["pwd"]
    assert id_token["acr"] == "aal1"
    assert isinstance(id_token["auth_time"], int)
    assert learned["token_type"] == "bearer"
    assert learned["expires_in"] > 0


def test_discovery_pkce_and_code_sign_a_person_in(server, relying_party, sign_in) -> None:
    node, url = relying_party()
    learned = node.tell({"url": sign_in(url)})
    check(learned, server.issuer)
    assert "nonce" not in learned["id_token"], "none was sent"


def test_the_document_of_rfc_8414_serves_as_well(server, relying_party, sign_in) -> None:
    node, url = relying_party(well_known="oauth2")
    check(node.tell({"url": sign_in(url)}), server.issuer)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_either_secret_method_works_without_pkce(server, relying_party, sign_in, method) -> None:
    node, url = relying_party(method=method, pkce=False, nonce=True)
    check(node.tell({"url": sign_in(url)}), server.issuer)


def test_a_public_client_signs_a_person_in(server, relying_party, sign_in) -> None:
    node, url = relying_party(("--auth-method", "none"), method="none")
    check(node.tell({"url": sign_in(url)}), server.issuer)


@pytest.mark.parametrize("nonce", [True, False])
@pytest.mark.parametrize("state", ["short", "a+/=&%?#" * 200 + "ü€"])
def test_nonce_and_state_come_back_as_they_were_sent(server, relying_party, sign_in, nonce, state) -> None:
    """OP-CHECKLIST items 37 and 38."""
    node, url = relying_party(nonce=nonce, state=state)
    learned = node.tell({"url": sign_in(url)})
    check(learned, server.issuer)
    assert ("nonce" in learned["id_token"]) is nonce


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_the_library_verifies_the_algorithm_it_registered(server, relying_party, sign_in, algorithm) -> None:
    node, url = relying_party(("--id-token-alg", algorithm), algorithm=algorithm, nonce=True)
    check(node.tell({"url": sign_in(url)}), server.issuer)


def test_max_age_is_met_by_the_time_of_the_sign_in(server, relying_party, sign_in) -> None:
    node, url = relying_party(max_age=600, nonce=True)
    check(node.tell({"url": sign_in(url)}), server.issuer)


def test_the_answer_in_a_posted_form_signs_a_person_in(server, relying_party, form_page) -> None:
    node, url = relying_party(response_mode="form_post", nonce=True, state="kept")
    action, fields = posted_answer(form_page(url))
    assert action == CALLBACK
    check(node.tell({"form": fields}), server.issuer)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_the_library_refreshes_and_revokes(server, relying_party, sign_in, method) -> None:
    options = ("--auth-method", "none") if method == "none" else ()
    node, url = relying_party(options, method=method, scope="openid profile email groups offline_access", renew=True)
    learned = node.tell({"url": sign_in(url)})
    check(learned, server.issuer)
    before, after = learned["id_token"], learned["renewed"]
    for name in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid", "groups"):
        assert after[name] == before[name]
    assert learned["rotated"]
    assert learned["last"] == "invalid_grant"
    assert learned["told"] == ([] if method == "none" else [True, True, False, False])


@pytest.mark.parametrize("proof", [True, False])
def test_the_way_out_that_the_library_builds_signs_out_and_leads_back(server, relying_party, proof) -> None:
    after, state = "app.immich:///signed-out", "a+/=&%?# ü"
    options = ("--post-logout-redirect-uri", after)
    node, url = relying_party(options, leave=after, leave_state=state, leave_with_proof=proof)
    person = Person(server.issuer)
    learned = node.tell({"url": person.sign_in(url, "alice", PASSWORD)})
    check(learned, server.issuer)
    person.left_to = None
    person.get(learned["end_session_url"])
    if not proof:
        assert person.left_to is None
        person.submit(decision="logout")
    assert person.left_to == f"{after}?state={quote(state, safe='')}"
    person.get(url)
    assert person.page.offers("password"), "nobody is signed in any more"


def test_the_library_gets_tokens_for_a_service(server, package) -> None:
    command = ("client", "add", f"Service {secrets.token_hex(4)}", "--grant-type", "client_credentials")
    client = server.idp_json(*command, "--scope", "media.read", "--access-token-format", "jwt")
    node = NodeClient(package)
    wishes = {"issuer": server.issuer, "service": True, "scope": "media.read", "method": "client_secret_basic"}
    learned = node.tell(
        {**wishes, "client_id": client["client_id"], "client_secret": client["client_secret"], "well_known": "oauth2"}
    )
    node.close()
    assert "refused" not in learned, learned
    assert (learned["token_type"], learned["scope"]) == ("bearer", "media.read")
    assert "refresh_token" not in learned
    assert learned["told"]["active"] and learned["told"]["sub"] == client["client_id"]


def test_the_library_reads_signed_userinfo(server, relying_party, sign_in) -> None:
    node, url = relying_party(("--userinfo-alg", "ES256"), userinfo_algorithm="ES256")
    check(node.tell({"url": sign_in(url)}), server.issuer)


@pytest.fixture
def with_a_key(server, register, package) -> Iterator[Callable[..., Any]]:
    """`with_a_key(algorithm, *options, **wishes)`: a started client that has made a key for itself, and its URL."""
    running: list[NodeClient] = []

    def start(algorithm: str, *options: str, **wishes: Any) -> tuple[NodeClient, str]:
        node = NodeClient(package)
        running.append(node)
        keys = node.tell({"make_key": algorithm})["jwks"]
        client = register("openid-client", CALLBACK, "--jwks", json.dumps(keys), *options)
        answer = node.tell({
            "issuer": server.issuer, "client_id": client["client_id"], "client_secret": client.get("client_secret"),
            "redirect_uri": CALLBACK, "scope": "openid profile email groups", "method": "private_key_jwt", "well_known": "oidc",
            "pkce": True, "state": "kept", **wishes,
        })  # fmt: skip
        assert "authorization_url" in answer, answer
        return node, answer["authorization_url"]

    yield start
    for node in running:
        node.close()


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_the_library_proves_itself_by_its_own_key_at_every_endpoint(server, with_a_key, sign_in, algorithm) -> None:
    scope = "openid profile email groups offline_access"
    node, url = with_a_key(algorithm, "--auth-method", "private_key_jwt", scope=scope, renew=True, push=True)
    learned = node.tell({"url": sign_in(url)})
    check(learned, server.issuer)
    assert (learned["rotated"], learned["told"], learned["last"]) == (True, [True, True, False, False], "invalid_grant")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_the_library_pushes_its_request(server, relying_party, sign_in, method) -> None:
    node, url = relying_party(("--require-par",), method=method, push=True, nonce=True, state="kept")
    assert {name for name, _ in parse_qsl(urlsplit(url).query)} == {"client_id", "request_uri"}
    check(node.tell({"url": sign_in(url)}), server.issuer)


@pytest.mark.parametrize("push", [True, False])
@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_the_library_signs_its_request(server, with_a_key, sign_in, algorithm, push) -> None:
    options = ("--request-object-alg", algorithm)
    node, url = with_a_key(algorithm, *options, method="client_secret_post", sign_request=True, push=push, nonce=True)
    names = {name for name, _ in parse_qsl(urlsplit(url).query)}
    assert names == {"client_id", "request_uri" if push else "request"}
    check(node.tell({"url": sign_in(url)}), server.issuer)


@pytest.mark.parametrize(
    "metadata",
    [{}, {"token_endpoint_auth_method": "none"}, {"subject_type": "pairwise", "id_token_signed_response_alg": "ES256"}],
    ids=["usual", "public", "pairwise"],
)
def test_the_library_registers_itself_and_signs_a_person_in(
    server, registration_token, relying_party, sign_in, metadata
) -> None:
    wish = {
        "redirect_uris": [CALLBACK],
        "client_name": "Registers itself",
        "scope": "openid profile email groups",
        **metadata,
    }
    node, url = relying_party(register=wish, initial_access_token=registration_token(), nonce=True)
    learned = node.tell({"url": sign_in(url)})
    check(learned, server.issuer)
    registered = learned["registered"]
    assert learned["id_token"]["aud"] == registered["client_id"]
    assert (len(learned["id_token"]["sub"]) == 48) is ("subject_type" in metadata)
    manage = {"url": registered["registration_client_uri"], "timeout": 10,
              "headers": {"Authorization": f"Bearer {registered['registration_access_token']}"}}  # fmt: skip
    assert requests.get(**manage).json()["redirect_uris"] == [CALLBACK]
    assert requests.delete(**manage).status_code == 204
    assert requests.get(**manage).status_code == 401


def test_without_a_good_token_the_library_is_told_why(server, registration_token, package) -> None:
    registration_token()  # or discovery would name no endpoint
    node = NodeClient(package)
    told = node.tell({"issuer": server.issuer, "register": {"redirect_uris": [CALLBACK]}, "initial_access_token": "ia_x",
                      "redirect_uri": CALLBACK, "scope": "openid", "well_known": "oidc"})  # fmt: skip
    node.close()
    assert "refused" in told and "authorization_url" not in told, told


def test_a_code_of_another_client_is_an_invalid_grant(relying_party, sign_in) -> None:
    _, url = relying_party()
    other, _ = relying_party()
    refused = other.tell({"url": sign_in(url)})
    assert refused["error"] == "invalid_grant", refused


def test_the_lock_file_pins_every_package_and_names_no_registry() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert "node_modules/openid-client" in packages
    for entry in packages.values():
        assert entry["integrity"] and "resolved" not in entry


@pytest.fixture
def television(server, package) -> Iterator[Callable[..., Any]]:
    """`television(client_options)`: a device on this library that has just got its code, and that code."""
    running: list[NodeClient] = []

    def start(*options: str) -> tuple[NodeClient, dict[str, Any]]:
        client = register_device(server, *options)
        node = NodeClient(package)
        running.append(node)
        method = "client_secret_basic" if "client_secret" in client else "none"
        return node, node.tell(
            {
                "issuer": server.issuer,
                "client_id": client["client_id"],
                "client_secret": client.get("client_secret"),
                "scope": "openid profile email groups offline_access",
                "method": method,
                "well_known": "oidc",
                "device": True,
            }
        )

    yield start
    for node in running:
        node.close()


@pytest.mark.parametrize("options", [(), ("--auth-method", "none")], ids=["confidential", "public"])
def test_a_television_signs_a_person_in(server, television, options) -> None:
    node, code = television(*options)
    assert (code["expires_in"], code["interval"]) == (600, 5)
    assert "go back to your device" in decide(server, code["user_code"], "allow")
    learned = node.tell({"decided": True})
    assert "refused" not in learned, learned
    for claims in (learned["id_token"], learned["userinfo"]):
        assert claims["preferred_username"] == "alice" and sorted(claims["groups"]) == ["family", "media"]
    assert learned["renewed"]["sub"] == learned["id_token"]["sub"]
    assert learned["renewed"]["auth_time"] == learned["id_token"]["auth_time"]


def test_a_television_is_told_no(server, television) -> None:
    node, code = television()
    decide(server, code["user_code"], "deny")
    assert node.tell({"decided": True}) == {"refused": "access_denied"}
