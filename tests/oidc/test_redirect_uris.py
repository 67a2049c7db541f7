"""Which redirect URIs can be registered, which request matches, how answers are added."""

from __future__ import annotations

import pytest
from hypothesis import given as every
from hypothesis import settings
from hypothesis import strategies as st

from idp.oidc import redirect_uris
from idp.storage.models import Client

# What real applications register.
GOOD = [
    "https://app.example.org",
    "https://app.example.org/",
    "https://app.example.org:443/callback",
    "https://app.example.org/sso/OID/redirect/foyer",
    "https://app.example.org/login?provider=foyer&callback=true",
    "https://app.example.org/callback?",
    "https://app.example.org/a%20b/%E2%9C%93",
    "https://app.example.org/a..b/...",
    "https://xn--bcher-kva.example/callback",
    "https://[2001:db8::1]:8443/callback",
    "http://nas.lan:5055/callback",
    "http://192.168.1.20/callback",
    "http://127.0.0.1/callback",
    "http://[::1]/callback",
    "http://localhost:8080/",
    "kitchenowl:/signin/redirect",
    "audiobookshelf://oauth",
    "app.immich:///oauth-callback",
    "com.example.app:/oauth2redirect/provider",
    "org.example.app:callback",
    "com.example.app://oauth2redirect",
    "https://app.example.org/" + "a" * 2_000,
]

BAD = {
    "nothing": "",
    "no scheme": "app.example.org/callback",
    "a path": "/callback",
    "a host without scheme": "//app.example.org/callback",
    "a fragment": "https://app.example.org/callback#done",
    "an empty fragment": "https://app.example.org/callback#",
    "a fragment of an app": "app.immich:///callback#x",
    "a wildcard in the host": "https://*.example.org/callback",
    "a wildcard in the path": "https://app.example.org/*",
    "a user name": "https://user@app.example.org/callback",
    "a password": "https://user:secret@app.example.org/callback",
    "a user name that looks like a host": "https://app.example.org@evil.example/callback",
    "a user name for an app": "audiobookshelf://user@oauth",
    "script": "javascript:alert(1)//",
    "script in capitals": "JavaScript:alert(1)",
    "script that looks like a host": "javascript://app.example.org/%0aalert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "plain data": "data:text/html,hello",
    "vbscript": "vbscript:msgbox(1)",
    "a file": "file:///etc/passwd",
    "a blob": "blob:https://app.example.org/0",
    "about": "about:blank",
    "view-source": "view-source:https://app.example.org/",
    "filesystem": "filesystem:https://app.example.org/x",
    "an intent": "intent://x#Intent;end",
    "ftp": "ftp://app.example.org/callback",
    "a web socket": "wss://app.example.org/callback",
    "mail": "mailto:ada@example.org",
    "a tab before the scheme": "\tjavascript:alert(1)",
    "a space before the scheme": " https://app.example.org/",
    "a line break in the scheme": "java\nscript:alert(1)",
    "a line break": "https://app.example.org/\r\nSet-Cookie: a=b",
    "a NUL": "https://app.example.org/\0",
    "DEL": "https://app.example.org/\x7f",
    "a space": "https://app.example.org/a b",
    "a space at the end": "https://app.example.org/ ",
    "a tab in the host": "https://app.exa\tmple.org/",
    "a backslash": "https://app.example.org\\@evil.example/",
    "two backslashes": "https:\\\\app.example.org/",
    "a quote": 'https://app.example.org/"',
    "an angle bracket": "https://app.example.org/<script>",
    "a host that isn't ASCII": "https://bücher.example/",
    "a character that reverses": "https://app.example.org/\u202e",
    "a lone surrogate": "https://app.example.org/\ud800",
    "a dot segment": "https://app.example.org/a/../b",
    "a dot segment at the end": "https://app.example.org/a/..",
    "a single dot": "https://app.example.org/./a",
    "a dot segment of an app": "app.immich:///a/../b",
    "an encoded dot segment": "https://app.example.org/a/%2e%2e/b",
    "a half encoded dot segment": "https://app.example.org/a/.%2E/b",
    "no host": "https:///callback",
    "no host at all": "https://",
    "one slash": "https:/app.example.org/callback",
    "no slash": "https:app.example.org",
    "only a port": "https://:8443/callback",
    "a port that is no number": "https://app.example.org:port/",
    "a port that is none": "https://app.example.org:65536/",
    "half an IPv6 address": "https://[::1/callback",
    "a host that ends a policy's directive": "https://app.example.org;sandbox/callback",
    "a host that ends a policy": "https://app.example.org,b/callback",
    "an IPv6 address and more": "https://[::1];sandbox/callback",
    "an IPv6 address after more": "https://x;form-action[::1]/callback",
    "an IPv6 address and another policy": "https://[::1],default-src/callback",
    "an address of the future": "https://[v1.x]/callback",
    "a host that is too long": f"https://{'a' * 250}.org/callback",
    "a host with a quote": "https://app.example.org'/callback",
    "too long": "https://app.example.org/" + "a" * 2_048,
}


def client(*uris: str, public: bool = False) -> Client:
    """A client with these redirect URIs."""
    return Client(redirect_uris=list(uris), auth_method="none" if public else None)


@pytest.mark.parametrize("uri", GOOD)
def test_what_applications_use_can_be_registered_and_matches(uri: str) -> None:
    assert redirect_uris.problem(uri) is None
    assert redirect_uris.is_registered(client("https://other.example/", uri), uri)


@pytest.mark.parametrize("uri", BAD.values(), ids=BAD)
def test_what_is_dangerous_cannot_be_registered(uri: str) -> None:
    problem = redirect_uris.problem(uri)
    assert problem is not None
    assert " " in problem


@pytest.mark.parametrize("uri", BAD.values(), ids=BAD)
def test_what_is_dangerous_matches_nothing(uri: str) -> None:
    public = client(
        "https://app.example.org/callback", "http://127.0.0.1/callback", "app.immich:///callback", public=True
    )
    assert not redirect_uris.is_registered(public, uri)


@pytest.mark.parametrize(
    ("registered", "sent"),
    [
        ("https://app.example.org/callback", "https://app.example.org/callback/"),
        ("https://app.example.org/callback", "https://app.example.org/callback/more"),
        ("https://app.example.org/callback", "https://app.example.org/callback?a=b"),
        ("https://app.example.org/callback", "https://app.example.org/callbac"),
        ("https://app.example.org/callback", "https://APP.example.org/callback"),
        ("https://app.example.org/callback", "HTTPS://app.example.org/callback"),
        ("https://app.example.org/callback", "https://app.example.org/%63allback"),
        ("https://app.example.org/callback", "https://app.example.org:443/callback"),
        ("https://app.example.org:443/callback", "https://app.example.org/callback"),
        ("https://app.example.org/callback", "http://app.example.org/callback"),
        ("https://app.example.org", "https://app.example.org/"),
        ("https://app.example.org/", "https://app.example.org"),
        ("https://app.example.org", "https://app.example.org.evil.example"),
        ("https://app.example.org/cb?a=1&b=2", "https://app.example.org/cb?b=2&a=1"),
        ("https://app.example.org/cb?a=1", "https://app.example.org/cb"),
        ("kitchenowl:/signin", "kitchenowl://signin"),
        ("app.immich:///callback", "app.immich://callback"),
    ],
)
@pytest.mark.parametrize("public", [False, True], ids=["confidential", "public"])
def test_addresses_are_compared_letter_by_letter(registered: str, sent: str, public: bool) -> None:
    assert not redirect_uris.is_registered(client(registered, public=public), sent)


@pytest.mark.parametrize(
    ("registered", "sent"),
    [
        ("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback"),
        ("http://127.0.0.1:8000/callback", "http://127.0.0.1:51004/callback"),
        ("http://[::1]/callback?x=1", "http://[::1]:51004/callback?x=1"),
        ("http://localhost/", "http://localhost:3000/"),
    ],
)
def test_a_public_client_may_listen_on_any_port_of_this_device(registered: str, sent: str) -> None:
    assert redirect_uris.is_registered(client(registered, public=True), sent)
    assert not redirect_uris.is_registered(client(registered), sent), "a confidential one may not"


@pytest.mark.parametrize(
    ("registered", "sent"),
    [
        ("http://127.0.0.1/callback", "http://127.0.0.1:51004/other"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback?a=b"),
        ("http://127.0.0.1/callback", "http://localhost:51004/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.2:51004/callback"),
        ("http://127.0.0.1/callback", "https://127.0.0.1:51004/callback"),
        ("https://127.0.0.1/callback", "https://127.0.0.1:51004/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:99999/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:80@evil.example/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1.evil.example:80/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:80#@evil.example/callback"),
        ("http://127.0.0.1/callback", "http://[::1]:80/callback"),
        ("http://192.168.1.20/callback", "http://192.168.1.20:51004/callback"),
        ("http://127.0.0.2/callback", "http://127.0.0.2:51004/callback"),
        ("http://app.localhost/callback", "http://app.localhost:51004/callback"),
    ],
)
def test_nothing_but_the_port_may_differ(registered: str, sent: str) -> None:
    assert not redirect_uris.is_registered(client(registered, public=True), sent)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://a/cb", "https://a/cb?code=x%26y&state=a%20b%2B%2F%3D"),
        ("https://a/cb?", "https://a/cb?code=x%26y&state=a%20b%2B%2F%3D"),
        ("https://a/cb?p=foyer", "https://a/cb?p=foyer&code=x%26y&state=a%20b%2B%2F%3D"),
        ("https://a/cb?p=foyer&", "https://a/cb?p=foyer&code=x%26y&state=a%20b%2B%2F%3D"),
        ("app.immich:///cb", "app.immich:///cb?code=x%26y&state=a%20b%2B%2F%3D"),
        ("https://a", "https://a?code=x%26y&state=a%20b%2B%2F%3D"),
    ],
)
def test_answers_are_added_and_what_is_there_stays(uri: str, expected: str) -> None:
    """OP-CHECKLIST item 33."""
    assert redirect_uris.add_parameters(uri, {"code": "x&y", "state": "a b+/="}) == expected


@pytest.mark.parametrize(
    ("uri", "source"),
    [("https://app.example.org/cb?a=b", "https://app.example.org"),
     ("https://app.example.org:8443/", "https://app.example.org:8443"),
     ("https://APP.example.org:443/cb", "https://app.example.org"),
     ("http://nas.lan/cb", "http://nas.lan"), ("app.immich:///cb", "app.immich:"), ("kitchenowl:/cb", "kitchenowl:")],
)  # fmt: skip
def test_a_policy_names_the_origin_or_the_scheme(uri: str, source: str) -> None:
    assert redirect_uris.csp_source(uri) == source


@pytest.mark.parametrize("uri", GOOD)
def test_a_registered_address_adds_one_source_to_a_policy_and_nothing_else(uri: str) -> None:
    assert not set(redirect_uris.csp_source(uri)) & set(" ;,'\"\r\n")


def test_plain_http_is_pointed_out_unless_it_stays_on_the_device() -> None:
    uris = [
        "https://a/",
        "http://nas.lan/cb",
        "http://localhost/",
        "http://127.0.0.1:1/",
        "http://127.0.0.2/",
        "http://app.localhost/",
        "http://[::1]/",
        "app:/cb",
        "http://[",
    ]
    assert redirect_uris.insecure(uris) == ["http://nas.lan/cb"]


@every(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_either_taken_or_answered_with_a_sentence(text: str) -> None:
    for uri in (text, "https://" + text, "http://127.0.0.1" + text):
        problem = redirect_uris.problem(uri)
        if problem is None:
            assert uri.isascii()
            assert uri.isprintable()
            redirect_uris.is_registered(client("http://127.0.0.1/callback", public=True), uri)
