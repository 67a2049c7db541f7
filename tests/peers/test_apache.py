"""Apache with mod_auth_openidc, as Debian packages it, protects pages with the provider."""

import html
import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.person import Person
from tests.server import Server, free_port
from tests.signer import Signer

from .apache import MODULES, PROGRAM, Apache, new_folder
from .conftest import PASSWORD
from .form_post import posted_answer

VISIT = {"timeout": 20, "allow_redirects": False}


@dataclass
class Site:
    """A running Apache and one visitor's browser for it."""

    apache: Apache
    visitor: requests.Session
    client_id: str

    def ask(self, path: str = "/protected", query: str = "") -> str:
        """Where an unknown visitor is sent."""
        answer = self.visitor.get(f"{self.apache.url}{path}{query}", **VISIT)
        assert answer.status_code == 302, self.apache.log()
        asked = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        assert asked["code_challenge_method"] == "S256" and asked["nonce"] and asked["state"]
        return answer.headers["Location"]

    def arrive(self, answer: requests.Response) -> dict[str, str]:
        """What the protected application is told once the answer has been delivered."""
        assert answer.status_code == 302, self.apache.log()
        page = self.visitor.get(answer.headers["Location"], **VISIT)
        assert page.status_code == 200, self.apache.log()
        return dict(line.split("=", 1) for line in page.text.splitlines() if "=" in line)


@pytest.fixture
def apache(server, register, needs) -> Iterator[Callable[..., Site]]:
    """`apache(client_options, **settings)`: an Apache that is registered with the provider."""
    needs(PROGRAM, "apache2 libapache2-mod-auth-openidc")
    if not (MODULES / "mod_auth_openidc.so").exists():
        needs("mod_auth_openidc", "libapache2-mod-auth-openidc")
    running: list[Apache] = []
    visitors: list[requests.Session] = []

    def start(
        options: tuple[str, ...] = (), files: dict[str, str] | None = None, at: Server = server, **settings: Any
    ) -> Site:
        port = free_port()
        redirect_uri = f"http://localhost:{port}/protected/callback"
        if at is server:
            client = register("Apache", redirect_uri, *options)
        else:
            client = at.idp_json("client", "add", "Apache", "--redirect-uri", redirect_uri, *options)
        settings = {
            "OIDCProviderMetadataURL": f"{at.issuer}/.well-known/openid-configuration",
            "OIDCClientID": client["client_id"],
            "OIDCRedirectURI": redirect_uri,
            "OIDCCryptoPassphrase": secrets.token_hex(16),
            "OIDCScope": "openid profile email groups",
            "OIDCPKCEMethod": "S256",
            "OIDCRemoteUserClaim": "preferred_username",
            **settings,
        }
        if "client_secret" in client:
            settings["OIDCClientSecret"] = client["client_secret"]
        running.append(Apache(port, new_folder(), settings, files))
        running[-1].start()
        visitors.append(requests.Session())
        return Site(running[-1], visitors[-1], client["client_id"])

    yield start
    for visitor in visitors:
        visitor.close()
    for site in running:
        site.stop()


def check_environment(told: dict[str, str], issuer: str) -> None:
    """The protected application knows who came, in which groups, and how she proved it."""
    assert told["REMOTE_USER"] == "alice"
    assert told["OIDC_CLAIM_preferred_username"] == "alice"
    assert told["OIDC_CLAIM_name"] == "Alice Example"
    assert told["OIDC_CLAIM_email"] == "alice@example.org"
    assert told["OIDC_CLAIM_email_verified"] == "1"
    assert set(told["OIDC_CLAIM_groups"].split(",")) == {"family", "media"}
    assert told["OIDC_CLAIM_amr"] == "pwd"
    assert told["OIDC_CLAIM_acr"] == "aal1"
    assert int(told["OIDC_CLAIM_auth_time"]) <= int(told["OIDC_CLAIM_iat"])
    assert told["OIDC_CLAIM_iss"] == issuer
    assert told["OIDC_CLAIM_sub"]
    assert "OIDC_CLAIM_nonce" in told  # it always sends one, and compares


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_person_reaches_the_protected_page_by_a_redirect(server, apache, sign_in, method) -> None:
    site = apache(OIDCProviderTokenEndpointAuth=method)
    back = sign_in(site.ask(query="?page=3"))
    told = site.arrive(site.visitor.get(back, **VISIT))
    check_environment(told, server.issuer)
    assert told["QUERY_STRING"] == "page=3"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_person_reaches_the_protected_page_by_a_posted_form(server, apache, form_page, method) -> None:
    pinned = ("--auth-method", method)
    site = apache(pinned, OIDCProviderTokenEndpointAuth=method, OIDCResponseMode="form_post")
    action, fields = posted_answer(form_page(site.ask()))
    assert "?" not in action, "nothing travels in the query"
    check_environment(site.arrive(site.visitor.post(action, fields, **VISIT)), server.issuer)


def test_the_module_proves_itself_by_its_own_key(server, apache, sign_in) -> None:
    signer = Signer("RS256", "its-own")
    site = apache(
        ("--auth-method", "private_key_jwt", "--jwks", json.dumps(signer.jwks)),
        {"key.pem": signer.key.as_pem(private=True).decode(), "public.pem": signer.key.as_pem(private=False).decode()},
        OIDCPrivateKeyFiles="its-own#{folder}/key.pem", OIDCPublicKeyFiles="its-own#{folder}/public.pem",
        OIDCProviderTokenEndpointAuth="private_key_jwt",  # known only after the keys are
    )  # fmt: skip
    check_environment(site.arrive(site.visitor.get(sign_in(site.ask()), **VISIT)), server.issuer)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_the_module_verifies_the_algorithm_it_is_pinned_to(server, apache, sign_in, algorithm) -> None:
    site = apache(("--id-token-alg", algorithm), OIDCIDTokenSignedResponseAlg=algorithm)
    told = site.arrive(site.visitor.get(sign_in(site.ask()), **VISIT))
    check_environment(told, server.issuer)


def test_a_group_rule_of_apache_lets_members_in_and_keeps_others_out(apache, sign_in) -> None:
    site = apache()
    site.arrive(site.visitor.get(sign_in(site.ask()), **VISIT))
    assert site.visitor.get(f"{site.apache.url}/family", **VISIT).text == "for family\n"
    assert site.visitor.get(f"{site.apache.url}/strangers", **VISIT).status_code == 401


def test_signing_out_at_apache_signs_out_here_and_leads_back(server, apache) -> None:
    site = apache()
    after = f"{site.apache.url}/family?x=y"
    server.idp("client", "set", site.client_id, "--post-logout-redirect-uri", after)
    person, asked = Person(server.issuer), site.ask()
    site.arrive(site.visitor.get(person.sign_in(asked, "alice", PASSWORD), **VISIT))
    out = site.visitor.get(f"{site.apache.url}/protected/callback", params={"logout": after}, **VISIT)
    assert out.status_code == 302, site.apache.log()
    assert out.headers["Location"].startswith(f"{server.issuer}/logout?")
    assert "id_token_hint=" in out.headers["Location"]
    person.left_to = None
    person.get(out.headers["Location"])
    assert person.left_to == after
    person.get(asked)
    assert person.page.offers("password"), "nobody is signed in any more"


def test_signing_out_here_signs_out_at_apache_by_its_front_channel_page(server, apache) -> None:
    site = apache()
    page = f"{site.apache.url}/protected/callback?logout=get"
    server.idp("client", "set", site.client_id, "--frontchannel-logout-uri", page)
    person = Person(server.issuer)
    site.arrive(site.visitor.get(person.sign_in(site.ask(), "alice", PASSWORD), **VISIT))
    assert site.visitor.get(f"{site.apache.url}/family", **VISIT).status_code == 200
    person.get("/logout")
    person.submit(decision="logout")
    (frame,) = re.findall(r'<iframe [^>]*src="([^"]+)"', person.page.html)
    assert frame.startswith(page.replace("&", "&amp;") + "&amp;iss=")
    assert site.visitor.get(html.unescape(frame), **VISIT).status_code == 200
    assert site.visitor.get(f"{site.apache.url}/family", **VISIT).status_code == 302, "it asks for a sign-in again"


def test_signing_out_here_signs_out_at_apache_by_a_message_from_server_to_server(idp_server, apache) -> None:
    telling = idp_server(IDP_OUTGOING_ALLOW="localhost")
    telling.add_user("alice", PASSWORD)
    site = apache(at=telling)
    address = f"{site.apache.url}/protected/callback?logout=backchannel"
    telling.idp("client", "set", site.client_id, "--backchannel-logout-uri", address)
    person = Person(telling.issuer)
    site.arrive(site.visitor.get(person.sign_in(site.ask(), "alice", PASSWORD), **VISIT))
    assert site.visitor.get(f"{site.apache.url}/protected", **VISIT).status_code == 200
    person.get("/logout")
    person.submit(decision="logout")
    assert "Apache Signed out" in person.page.text, site.apache.log()
    assert site.visitor.get(f"{site.apache.url}/protected", **VISIT).status_code == 302, "it asks for a sign-in again"


def test_the_module_refreshes_and_takes_its_tokens_back_when_it_signs_out(server, apache) -> None:
    offline = {"OIDCScope": "openid profile email groups offline_access", "OIDCPassRefreshToken": "On"}
    site = apache(**offline)
    server.idp("client", "set", site.client_id, "--post-logout-redirect-uri", f"{site.apache.url}/family")
    person = Person(server.issuer)
    first = site.arrive(site.visitor.get(person.sign_in(site.ask(), "alice", PASSWORD), **VISIT))
    back = f"{site.apache.url}/protected"
    asked = {"refresh": back, "access_token": first["OIDC_access_token"]}
    renewed = site.arrive(site.visitor.get(f"{back}/callback", params=asked, **VISIT))
    for name in ("OIDC_access_token", "OIDC_refresh_token"):
        assert renewed[name] != first[name]
    assert renewed["OIDC_CLAIM_sub"] == first["OIDC_CLAIM_sub"]
    bearer = {"Authorization": f"Bearer {renewed['OIDC_access_token']}"}
    assert requests.get(f"{server.issuer}/userinfo", headers=bearer, timeout=10).status_code == 200
    out = site.visitor.get(f"{back}/callback", params={"logout": f"{site.apache.url}/family"}, **VISIT)
    assert out.headers["Location"].startswith(f"{server.issuer}/logout?")
    refused = requests.get(f"{server.issuer}/userinfo", headers=bearer, timeout=10)
    assert refused.status_code == 401, "the module has given them back before anybody came to sign out"
    events = [
        json.loads(line)["event"] for line in server.idp("audit", "--client", site.client_id, "--json").splitlines()
    ]
    assert "token.revoked" in events or "grant.revoked" in events


def test_max_age_acr_values_and_locales_satisfy_the_module(server, apache, sign_in) -> None:
    site = apache(OIDCAuthRequestParams="max_age=600&acr_values=aal1&ui_locales=en")
    told = site.arrive(site.visitor.get(sign_in(site.ask()), **VISIT))
    check_environment(told, server.issuer)


def test_a_public_client_needs_no_secret_in_apache(server, apache, sign_in) -> None:
    site = apache(("--auth-method", "none"), OIDCProviderTokenEndpointAuth="none")
    told = site.arrive(site.visitor.get(sign_in(site.ask()), **VISIT))
    check_environment(told, server.issuer)
