"""What a request must look like before anything reads it, and whose word about its origin counts."""

from __future__ import annotations

from typing import Any

import pytest

from idp.config import Config
from idp.web.gate import LONGEST_HEADERS, LONGEST_TARGET, Gate, TurnedAway

HOST = (b"host", b"id.example.org")


def gate(**settings: Any) -> Gate:
    return Gate(Config(**{"issuer": "https://id.example.org", **settings}))


def admit(*headers: tuple[bytes, bytes], method: str = "GET", path: str = "/authorize", query: str = "",
          peer: tuple[str, int] | None = ("192.0.2.1", 40000), host: bool = True, **settings: Any) -> dict[str, Any]:  # fmt: skip
    return gate(**settings).admit(method, path, query, [*([HOST] if host else []), *headers], peer)


def turned_away(*headers: tuple[bytes, bytes], **request: Any) -> int:
    with pytest.raises(TurnedAway) as refusal:
        admit(*headers, **request)
    assert refusal.value.text.endswith(".") or refusal.value.text.endswith("there.")
    return refusal.value.status


def test_a_plain_request_is_admitted() -> None:
    environ = admit((b"user-agent", b"Firefox"), query="a=b")
    assert environ["REQUEST_METHOD"] == "GET"
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/authorize", "a=b")
    assert (environ["HTTP_HOST"], environ["wsgi.url_scheme"]) == ("id.example.org", "https")
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("id.example.org", "443")
    assert (environ["REMOTE_ADDR"], environ["HTTP_USER_AGENT"]) == ("192.0.2.1", "Firefox")


@pytest.mark.parametrize(
    ("issuer", "name", "port"),
    [("http://localhost:8000", "localhost", "8000"), ("http://localhost", "localhost", "80"),
     ("https://id.example.org:8443", "id.example.org", "8443"), ("http://[::1]:8000", "::1", "8000"),
     ("https://192.168.1.20", "192.168.1.20", "443"), ("https://id9", "id9", "443")],
)  # fmt: skip
def test_name_and_port_are_those_of_the_issuer(issuer: str, name: str, port: str) -> None:
    host = issuer.partition("://")[2].encode()
    environ = gate(issuer=issuer).admit("GET", "/", "", [(b"host", host)], None)
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"], environ["HTTP_HOST"]) == (name, port, host.decode())


@pytest.mark.parametrize("host", [b"evil.example", b"id.example.org.evil.example", b"id.example.org:8443", b"", b"id.example.org.",
                                  b"localhost", b"id.example.org@evil.example", b"\xff"])  # fmt: skip
def test_no_other_host_is_served(host: bytes) -> None:
    assert turned_away((b"host", host), host=False) == 421
    assert turned_away(host=False) == 421


def test_the_host_has_no_case() -> None:
    assert admit((b"host", b"ID.Example.ORG"), host=False)["HTTP_HOST"] == "id.example.org"


def test_whoever_watches_over_the_server_may_call_it_as_they_like() -> None:
    assert admit((b"host", b"10.0.0.5:8000"), host=False, path="/health")["HTTP_HOST"] == "id.example.org"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", "", "GET "])
def test_an_odd_method_is_turned_away(method: str) -> None:
    assert turned_away(method=method) == 501


@pytest.mark.parametrize("path", ["", "authorize", "//evil.example", "http://evil.example/", "/a b", "/a\tb", "/ä", "*", "/a\0",
                                  "/\x7f"])  # fmt: skip
def test_an_address_that_is_none_is_turned_away(path: str) -> None:
    assert turned_away(path=path) == 400


@pytest.mark.parametrize(
    "path",
    [
        "/a%00b",
        "/a%0ab",
        "/a%0D%0Ax:y",
        "/a%7f",
        "/a%5cb",
        "/a%5Cb",
        "/%ff",
        "/%C3%A4",
        "/a\\b",
        "/%2fauthorize",
        "/%2Fevil.example",
    ],
)
def test_a_path_that_could_be_misread_leads_nowhere(path: str) -> None:
    assert turned_away(path=path) == 404


def test_a_path_is_decoded_once() -> None:
    assert admit(path="/%61uthorize")["PATH_INFO"] == "/authorize"
    assert admit(path="/%2561uthorize")["PATH_INFO"] == "/%61uthorize"


def test_lengths_are_bounded() -> None:
    assert turned_away(query="a" * LONGEST_TARGET) == 414
    assert turned_away(*[(b"cookie", b"a=" + b"b" * 4_000)] * 9) == 431
    assert turned_away(*[(b"x-many", b"1")] * 65) == 431
    assert admit((b"user-agent", b"a" * (LONGEST_HEADERS - 1_000)))


@pytest.mark.parametrize(
    "name", [b"host", b"authorization", b"content-length", b"content-type", b"transfer-encoding", b"origin"]
)
def test_a_header_that_means_one_thing_comes_once(name: bytes) -> None:
    assert turned_away((name, b"1"), (name, b"1"), host=name != b"host") == 400


@pytest.mark.parametrize("length", [b"", b"-1", b"+1", b"1.0", b"0x10", b"1 ", b"1,1", b"9999999999", b"\xb2", b"abc"])
def test_an_odd_length_is_turned_away(length: bytes) -> None:
    assert turned_away((b"content-length", length), method="POST") == 400


@pytest.mark.parametrize("encoding", [b"gzip", b"chunked, gzip", b"identity", b"xchunked", b""])
def test_an_odd_transfer_encoding_is_turned_away(encoding: bytes) -> None:
    assert turned_away((b"transfer-encoding", encoding), method="POST") == 400


@pytest.mark.parametrize(
    "name", [b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-prefix", b"forwarded", b"remote-user", b"remote_user",
             b"x_forwarded_for", b"x-real-ip", b"x-original-url", b"x-rewrite-url", b"x-http-method-override", b"proxy",
             b"script_name", b"x-csrf_token", b"te", b"upgrade"],
)  # fmt: skip
def test_a_header_without_a_meaning_here_reaches_nobody(name: bytes) -> None:
    environ = admit((name, b"evil.example"), trusted_proxies="192.0.2.0/24")
    assert "evil.example" not in [value for value in environ.values() if isinstance(value, str)]


def cookie(*headers: bytes, issuer: str = "https://id.example.org") -> str | None:
    host = (b"host", issuer.partition("://")[2].encode())
    environ = admit(host, *((b"cookie", each) for each in headers), host=False, issuer=issuer)
    return environ.get("HTTP_COOKIE")


def test_only_our_own_cookie_comes_through() -> None:
    assert cookie(b"a=b; __Host-foyer=se_x; c=d") == "__Host-foyer=se_x"
    assert cookie(b"a=b", b"__Host-foyer=se_x") == "__Host-foyer=se_x"
    assert cookie(b"foyer=se_x", issuer="http://localhost:8000") == "foyer=se_x"


@pytest.mark.parametrize(
    "header", [b"", b"a=b", b"foyer=se_x", b"__host-foyer=se_x", b"x__Host-foyer=se_x", b"__Host-foyer"]
)
def test_cookies_that_are_not_ours_do_not_get_through(header: bytes) -> None:
    assert cookie(header) is None


def test_the_cookie_of_the_device_comes_through_beside_it() -> None:
    both = b"a=b; __Host-foyer-device=de_x; __Host-foyer=se_x"
    assert cookie(both) == "__Host-foyer=se_x; __Host-foyer-device=de_x"
    assert cookie(b"__Host-foyer-device=de_x") == "__Host-foyer-device=de_x"
    assert cookie(b"__Host-foyer-device=de_x; __Host-foyer-device=de_y; __Host-foyer=se_x") == "__Host-foyer=se_x"
    assert cookie(b"foyer-device=de_x", issuer="http://localhost:8000") == "foyer-device=de_x"
    assert cookie(b"foyer-device=de_x; __Host-foyer-devices=de_x") is None


def test_of_two_cookies_none_counts() -> None:
    assert cookie(b"__Host-foyer=se_mine; __Host-foyer=se_planted") is None
    assert cookie(b"__Host-foyer=se_mine", b"__Host-foyer=se_planted") is None


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", "", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "10.0.0.0/8", "192.0.2.1"),
        ("10.0.0.2", "198.51.100.7", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.2", "198.51.100.7", "10.0.0.2", "198.51.100.7"),
        ("10.0.0.2", "", "10.0.0.0/8", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.9, 198.51.100.7", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.2", "203.0.113.9, 198.51.100.7, 10.0.0.3", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.2", "10.0.0.9,10.0.0.3", "10.0.0.0/8", "10.0.0.9"),
        ("10.0.0.2", "not an address", "10.0.0.0/8", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.7, not an address", "10.0.0.0/8", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.7,", "10.0.0.0/8", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.7, 10.0.0.3, ", "10.0.0.0/8", "10.0.0.2"),
        ("::1", "2001:db8::7", "::1", "2001:db8::7"),
        ("::ffff:10.0.0.2", "198.51.100.7", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.2", "198.51.100.7", "::/0", "10.0.0.2"),
        (None, "198.51.100.7", "", "198.51.100.7"),
        (None, "203.0.113.9, 198.51.100.7", "", "198.51.100.7"),
        (None, "198.51.100.7, 10.0.0.3", "10.0.0.0/8", "198.51.100.7"),
        (None, "", "", ""),
        (None, "junk", "", ""),
    ],
)
def test_the_address_is_the_nearest_that_is_no_proxy_of_ours(
    peer: str | None, forwarded: str, proxies: str, address: str
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    environ = admit(*headers, peer=(peer, 1) if peer else None, trusted_proxies=proxies)
    assert environ["REMOTE_ADDR"] == address


def test_several_headers_of_forwarded_addresses_are_one_list() -> None:
    two = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-for", b"198.51.100.7")]
    assert admit(*two, peer=("10.0.0.2", 1), trusted_proxies="10.0.0.0/8")["REMOTE_ADDR"] == "198.51.100.7"
