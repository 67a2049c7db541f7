"""How a redirect URI that was sent differs from the registered ones."""

from __future__ import annotations

import pytest

from idp.oidc.redirect_difference import difference

KNOWN = "https://tv.example.org/sso/OID/redirect/foyer"


@pytest.mark.parametrize(
    ("sent", "causes", "marked"),
    [
        ("http://tv.example.org/sso/OID/redirect/foyer", ("scheme",), ["http"]),
        (KNOWN + "/", ("slash",), ["/"]),
        ("https://tv.example.com/sso/OID/redirect/foyer", ("host",), ["com"]),
        ("https://tv.example.org:8096/sso/OID/redirect/foyer", ("port",), [":8096"]),
        ("https://tv.example.org/sso/OID/redirect/Foyer", ("case",), ["Foyer"]),
        ("http://tv.example.org/sso/OID/redirect/Foyer/", ("scheme", "case", "slash"), ["http", "Foyer/"]),
        ("https://tv.example.org/sso/OID/r/foyer", ("path",), ["r"]),
        (KNOWN + "?x=1", ("query",), ["?x=1"]),
        ("http://localhost:8096/sso/OID/redirect/foyer", ("scheme", "local"), None),
        ("http://jellyfin:8096/sso/OID/redirect/foyer", ("scheme", "local"), None),
        ("https://192.168.1.4/sso/OID/redirect/foyer", ("local",), None),
        ("app.tv:/sso/OID/redirect/foyer", ("host", "other_scheme"), None),
    ],
)
def test_the_cause_is_found_and_the_difference_marked(
    sent: str, causes: tuple[str, ...], marked: list[str] | None
) -> None:
    found = difference(sent, ["https://other.example.net/callback", KNOWN])
    assert found is not None
    assert found.causes == causes
    assert "".join(text for text, _ in found.sent) == sent
    assert "".join(text for text, _ in found.registered) == KNOWN
    if marked is not None:
        assert [text for text, differs in found.sent if differs] == marked


@pytest.mark.parametrize(
    ("sent", "foreign"),
    [
        ("http://tv.example.org:1/x", False),
        ("https://TV.example.org/", False),
        ("https://tv.example.org.evil.example/sso/OID/redirect/foyer", True),
        ("https://tv.example.org@evil.example/sso/OID/redirect/foyer", True),
        ("https://evil.example/", True),
        ("evil.app:/", True),
        ("https://[", True),
        ("https://x:99999999/", True),
    ],
)
def test_an_address_of_another_host_is_told_apart(sent: str, foreign: bool) -> None:
    found = difference(sent, [KNOWN])
    assert found is not None and found.is_foreign is foreign


def test_without_a_registered_address_there_is_nothing_to_compare() -> None:
    assert difference(KNOWN, []) is None
