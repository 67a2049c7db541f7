"""WebFinger (RFC 7033, OIDC Discovery 2; RELYING-PARTIES 44): where people of a domain sign in."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests

REL = "http://openid.net/specs/connect/1.0/issuer"


def ask(server, query: str, method: str = "GET") -> requests.Response:
    return requests.request(method, f"{server.issuer}/.well-known/webfinger{query}", allow_redirects=False, timeout=30)


@pytest.mark.parametrize("resource", ["acct:alice@example.org", "acct:alice%40home@example.org", "https://example.org/alice",
                                      "https://example.org", "http://localhost:8000/"])  # fmt: skip
def test_it_names_the_issuer(server, resource):
    answer = ask(server, f"?resource={quote(resource, safe='')}&rel={quote(REL, safe='')}")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/jrd+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {"subject": resource, "links": [{"rel": REL, "href": server.issuer}]}


def test_as_tailscale_asks(server):
    document = requests.get(f"{server.issuer}/.well-known/openid-configuration", timeout=30).json()
    answer = ask(
        server, "?rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer&resource=acct%3Aalice%40example.org"
    )
    assert [link["href"] for link in answer.json()["links"]] == [document["issuer"]], "exactly the issuer"


def test_it_tells_nobody_who_has_an_account(server, new_user):
    somebody = new_user()["username"]
    answers = [ask(server, f"?resource=acct:{name}@example.org") for name in (somebody, "nobody-of-this-name")]
    there, missing = (
        answer.text.replace(name, "X") for answer, name in zip(answers, (somebody, "nobody-of-this-name"), strict=True)
    )
    assert there == missing
    assert answers[0].headers.keys() == answers[1].headers.keys()


def test_only_the_relations_asked_for_are_told(server):
    other = "http%3A%2F%2Fwebfinger.net%2Frel%2Fprofile-page"
    assert ask(server, f"?resource=acct:a@b.example&rel={other}").json()["links"] == []
    both = ask(server, f"?resource=acct:a@b.example&rel={other}&rel={quote(REL, safe='')}")
    assert [link["rel"] for link in both.json()["links"]] == [REL]


@pytest.mark.parametrize("query", ["", "?", "?resource=", "?rel=x", "?resource=alice", "?resource=%zz", "?resource=%ff",
                                   "?resource=acct:a@b&resource=acct:c@d", "?resource=acct:a%00@b", "?resource=acct:a@b&rel=%ff"])  # fmt: skip
def test_a_question_that_is_none_is_a_bad_request(server, query):  # RFC 7033 4.2
    answer = ask(server, query)
    assert answer.status_code == 400 and answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("resource", ["tel:+491234", "urn:isbn:123", "acct:alice", "mailto:alice@example.org"])
def test_what_is_no_account_is_not_found(server, resource):
    assert ask(server, f"?resource={quote(resource, safe='')}").status_code == 404


def test_browsers_and_caches_may_ask_too(server):
    head = ask(server, "?resource=acct:a@b.example", "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert ask(server, "?resource=acct:a@b.example", "OPTIONS").headers["Access-Control-Allow-Origin"] == "*"
    assert ask(server, "?resource=acct:a@b.example", "POST").status_code == 405
