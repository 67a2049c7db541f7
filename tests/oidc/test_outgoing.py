"""Requests to addresses that applications name: where they may go, how long they may take, and what is said when they fail.

OP-CHECKLIST item 7; DNS rebinding and other ways round are tried against real servers on this machine.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from idp import reach
from idp.errors import OutgoingError
from idp.oidc import outgoing
from idp.oidc.outgoing import exchange
from idp.reach import Reach
from tests.receiver import Receiver, Sent, answer
from tests.server import free_port

Behaviour = Callable[[BaseHTTPRequestHandler, Sent], None]


@pytest.fixture
def trusting(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The authority of the test counts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    exchange._trust.cache_clear()
    yield
    exchange._trust.cache_clear()


@pytest.fixture
def allow() -> Iterator[Callable[..., None]]:
    """Lets requests reach more than the internet."""
    yield lambda *names: outgoing.use(reach.parse(list(names)))
    outgoing.use(Reach())


@pytest.fixture
def receiver(pem: Path) -> Iterator[Receiver]:
    running = Receiver(pem)
    yield running
    running.stop()


@pytest.fixture
def plain() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.stop()


def refusal(url: str, **limits: Any) -> str:
    with pytest.raises(OutgoingError) as refused:
        outgoing.get(url, **limits)
    return str(refused.value)


def tell(url: str, **fields: str) -> outgoing.Answer | OutgoingError:
    (told,) = outgoing.post_forms([(url, fields)])
    return told


def test_an_answer_over_tls_is_read_from_an_allowed_machine(
    receiver: Receiver, trusting: None, allow: Callable[..., None]
) -> None:
    allow("127.0.0.0/8", "::1")
    receiver.behave = lambda handler, sent: answer(handler, body=b'{"keys": []}', content_type="application/json")
    assert outgoing.get(receiver.url("/jwks?v=1")) == b'{"keys": []}'
    (sent,) = receiver.requests
    assert (sent.method, sent.path, sent.headers["Host"]) == ("GET", "/jwks?v=1", f"localhost:{receiver.port}")
    assert sent.tls == "TLSv1.3"  # item 127


def test_a_form_is_sent_and_its_status_told(receiver: Receiver, trusting: None, allow: Callable[..., None]) -> None:
    allow("localhost")
    receiver.behave = lambda handler, sent: answer(handler, 400, b'{"error":"invalid_request"}', "application/json")
    told = tell(receiver.url("/logout"), logout_token="a.b&c=d")
    assert isinstance(told, outgoing.Answer)
    assert (told.status, told.content_type, told.body) == (400, "application/json", b'{"error":"invalid_request"}')
    (sent,) = receiver.requests
    assert sent.form == {"logout_token": ["a.b&c=d"]}
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_private_machine_is_refused_with_what_would_allow_it(receiver: Receiver, trusting: None) -> None:
    for host, shown in (("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("2130706433", "127.0.0.1"),
                        ("0x7f.1", "127.0.0.1"), ("[::ffff:127.0.0.1]", "::ffff:"), ("0.0.0.0", "0.0.0.0")):  # fmt: skip
        said = refusal(receiver.url(host=host))
        assert "private networks are switched off" in said or "no machine named" in said, said
        assert shown in said or "::1" in said
    assert receiver.requests == []
    said = refusal(receiver.url())
    assert "IDP_OUTGOING_ALLOW=localhost " in said
    assert "127.0.0.0/24" in said or "::/64" in said


def test_what_a_refusal_says_to_write_keeps_what_is_allowed_already_and_works(
    receiver: Receiver, trusting: None, allow: Callable[..., None]
) -> None:
    allow("10.0.0.0/8", "192.168.7.7", "nas.lan")
    said = refusal(receiver.url())
    assert "IDP_OUTGOING_ALLOW=10.0.0.0/8,192.168.7.7,nas.lan,localhost " in said
    allow(*said.split("IDP_OUTGOING_ALLOW=")[1].split(" ")[0].split(","))
    assert outgoing.get(receiver.url()) == b""


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fec0::1", "fc00::1", "fd12::1",
     "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1",
     "2002:a00:1::1", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "100::1", "5f00::1"],
)  # fmt: skip
def test_an_address_outside_the_internet_is_not_public(address: str) -> None:
    assert not reach.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "193.0.6.139", "2606:4700::1111", "64:ff9b::1.1.1.1", "::ffff:1.1.1.1"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert reach.is_public(ipaddress.ip_address(address))


def test_a_network_that_is_allowed_holds_its_wrapped_addresses_too() -> None:
    allowed = reach.parse(["10.0.0.0/8"])
    assert allowed.holds(ipaddress.ip_address("64:ff9b::10.0.0.1"))
    assert allowed.holds(ipaddress.ip_address("::ffff:10.0.0.1"))
    assert not allowed.holds(ipaddress.ip_address("11.0.0.1"))
    assert not allowed.holds(ipaddress.ip_address("fd00::1"))


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_checked(
    receiver: Receiver, trusting: None, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # DNS rebinding: the name is good when it is looked up, and somebody else's a moment later.
    allow("127.0.0.2")
    real, answers = socket.getaddrinfo, []

    def change(host: str, port: int, *args: Any, **named: Any) -> Any:
        answers.append(host)
        return real("127.0.0.2" if len(answers) == 1 else "127.0.0.1", port, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", change)
    assert "Nothing listens" in refusal(receiver.url())
    assert answers == ["localhost"]
    assert receiver.requests == []


def test_of_several_addresses_only_those_that_may_be_are_tried(
    receiver: Receiver, trusting: None, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow("127.0.0.2/31")
    real = socket.getaddrinfo

    def several(host: str, port: int, *args: Any, **named: Any) -> Any:
        return [entry for each in ("127.0.0.1", "127.0.0.2", "127.0.0.3") for entry in real(each, port, *args, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", several)
    assert "Nothing listens" in refusal(receiver.url())
    assert receiver.requests == []


def test_plain_http_goes_to_allowed_machines_only(plain: Receiver, allow: Callable[..., None]) -> None:
    assert "isn't encrypted" in refusal(plain.url())
    allow("10.0.0.0/8")
    assert "IDP_OUTGOING_ALLOW=10.0.0.0/8,localhost" in refusal(plain.url())
    allow("127.0.0.1", "::1")
    assert outgoing.get(plain.url()) == b""
    allow("localhost")
    assert outgoing.get(plain.url()) == b""
    assert len(plain.requests) == 2


def test_no_redirect_is_followed(
    receiver: Receiver, plain: Receiver, trusting: None, allow: Callable[..., None]
) -> None:
    allow("localhost")
    for status in (301, 302, 303, 307, 308):
        receiver.behave = lambda handler, sent, status=status: answer(handler, status, Location=plain.url("/secret"))  # type: ignore[misc]
        said = refusal(receiver.url())
        assert plain.url("/secret") in said and str(status) in said and "aren't followed" in said
        told = tell(receiver.url())
        assert isinstance(told, OutgoingError) and "aren't followed" in told.sentence
    assert plain.requests == []


def test_no_proxy_is_read_from_the_environment(
    receiver: Receiver, plain: Receiver, trusting: None, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow("localhost")
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, plain.url())
    assert outgoing.get(receiver.url()) == b""
    assert plain.requests == []


def _hang(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    over.wait()


def _drip(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not over.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def _drip_headers(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    _drip_on(handler, over)


def _drip_on(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    while not over.wait(0.05):
        handler.wfile.write(b"x")
        handler.wfile.flush()


@pytest.mark.parametrize("slow", [_hang, _drip, _drip_headers])
def test_the_time_of_a_whole_exchange_is_limited(
    slow: Callable[[BaseHTTPRequestHandler, threading.Event], None], receiver: Receiver, trusting: None,
    allow: Callable[..., None],
) -> None:  # fmt: skip
    allow("localhost")
    receiver.behave = lambda handler, sent: slow(handler, receiver.over)
    assert "didn't answer within 1.5 seconds" in refusal(receiver.url(), within=1.5)


def test_a_machine_that_never_finishes_the_handshake_is_given_up(trusting: None, allow: Callable[..., None]) -> None:
    allow("localhost")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "didn't answer within 1.5 seconds" in refusal(
            f"https://localhost:{silent.getsockname()[1]}/", within=1.5
        )


def test_a_name_that_takes_long_to_look_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [over.wait()][1:])
    try:
        assert "couldn't be looked up" in refusal("https://slow.example.org/", within=0.2)
    finally:
        over.set()


def _much(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(80):
        handler.wfile.write(b"x" * 65_536)


def _many_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(99):
        handler.wfile.write(b"X-%d: %s\r\n" % (number, b"x" * 60_000))
    handler.wfile.write(b"\r\n")


def _endless_interim_answers(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(1_000_000):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize(
    "behaviour",
    [_much, lambda handler: answer(handler, body=b"x" * 5_000_000), _many_headers, _endless_interim_answers],
    ids=["no length", "5 MB", "headers", "interim"],
)
def test_the_size_of_a_whole_answer_is_limited(
    behaviour: Callable[[BaseHTTPRequestHandler], None], receiver: Receiver, trusting: None, allow: Callable[..., None]
) -> None:
    allow("localhost")
    receiver.behave = lambda handler, sent: behaviour(handler)
    said = refusal(receiver.url(), within=30)
    assert "more than 65536 bytes" in said or "isn't HTTP" in said, said


@pytest.mark.parametrize(
    "raw",
    [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00" * 4_000, b"HTTP/1.1 999999 X\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", b"HTTP/2 200\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200],
)  # fmt: skip
def test_nonsense_is_one_sentence(raw: bytes, receiver: Receiver, trusting: None, allow: Callable[..., None]) -> None:
    allow("localhost")
    receiver.behave = lambda handler, sent: handler.wfile.write(raw)  # type: ignore[assignment, return-value]
    said = refusal(receiver.url())
    assert "isn't HTTP" in said or "broke off" in said, said


def test_a_certificate_that_nobody_vouches_for_is_refused_with_how_to_vouch(
    receiver: Receiver, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    exchange._trust.cache_clear()
    allow("localhost")
    said = refusal(receiver.url())
    assert "The certificate of localhost" in said and "SSL_CERT_FILE" in said
    exchange._trust.cache_clear()


def test_a_certificate_for_another_name_is_refused(
    receiver: Receiver, trusting: None, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow("127.0.0.0/8")
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **named: real("127.0.0.1", *args, **named))
    assert "Hostname mismatch" in refusal(receiver.url(host="other.example.org"))
    assert receiver.requests == []


def test_what_speaks_no_tls_or_does_not_listen_is_told(
    plain: Receiver, trusting: None, allow: Callable[..., None]
) -> None:
    allow("localhost")
    assert "doesn't speak TLS" in refusal(plain.url().replace("http://", "https://"))
    assert "Nothing listens at localhost" in refusal(f"https://localhost:{free_port()}/")
    assert "nowhere.invalid" in refusal("https://nowhere.invalid/")


def test_another_status_than_200_is_no_document(receiver: Receiver, trusting: None, allow: Callable[..., None]) -> None:
    allow("localhost")
    receiver.behave = lambda handler, sent: answer(handler, 404, b"nothing here")
    assert "status 404" in refusal(receiver.url("/jwks"))


@pytest.mark.parametrize(
    "url",
    ["", "app.example.org", "ftp://app.example.org/", "file:///etc/passwd", "gopher://a:70/_x", "https://", "https:///x",
     "https://u:p@app.example.org/", "https://app.example.org@127.0.0.1/", "https://app.example.org:0/",
     "https://app.example.org:99999/", "https://app.example.org:x/", "https://app.example.org/#x",
     "https://app.example.org/a b", "https://app.example.org/\r\nHost: x", "https://app.example.org\\@x/",
     "https://[::1/", "https://[::1]x.example.org/", "https://x[::1]/", "https://ä.example.org/", "https://a..b/", "https://" + "a" * 3_000, "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_of_a_web_server_is_refused_before_anything_is_looked_up(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("looked up"))
    assert "no address of a web server" in refusal(url)


def test_requests_of_one_process_are_limited_in_number(
    receiver: Receiver, trusting: None, allow: Callable[..., None]
) -> None:
    allow("localhost")
    go_on = threading.Event()

    def wait(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
        go_on.wait()
        answer(handler)

    receiver.behave = wait
    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: got.append(outgoing.get(receiver.url(), within=30)))
        for _ in range(outgoing.AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    receiver.wait_for(outgoing.AT_ONCE)
    assert "Too many requests" in refusal(receiver.url())
    receiver.behave = lambda handler, sent: answer(handler)
    told = tell(receiver.url(), logout_token="x")
    assert isinstance(told, outgoing.Answer) and told.status == 200  # what tells isn't kept waiting by that
    go_on.set()
    for thread in threads:
        thread.join()
    assert got == [b""] * outgoing.AT_ONCE
    assert outgoing.get(receiver.url()) == b""


def test_the_setting_takes_networks_addresses_and_names() -> None:
    allowed = reach.parse(["192.168.1.5/24", " NAS.lan. ", "::1", "jellyfin", ""])
    assert allowed.networks == (ipaddress.ip_network("192.168.1.0/24"), ipaddress.ip_network("::1"))
    assert allowed.names("nas.LAN") and allowed.names("jellyfin.") and not allowed.names("lan")
    for wrong in ("http://nas.lan", "nas.lan:8096", "*", "*.lan", "10.0.0.0/33", "300.1.1.1", "a b"):
        with pytest.raises(ValueError, match="must be networks"):
            reach.parse([wrong])


def test_what_can_be_said_against_an_address_is_said_before_it_is_used(allow: Callable[..., None]) -> None:
    """OP-CHECKLIST item 7."""
    assert outgoing.problem_of("https://app.example.org/x", outgoing.reach()) is None
    assert "private" in (outgoing.problem_of("https://10.0.0.1/x", outgoing.reach()) or "")
    assert "isn't encrypted" in (outgoing.problem_of("http://app.example.org/x", outgoing.reach()) or "")
    allow("10.0.0.0/8")
    assert outgoing.problem_of("http://nas.lan/x", outgoing.reach()) is None
    assert outgoing.problem_of("http://10.0.0.1/x", outgoing.reach()) is None
    assert "isn't encrypted" in (outgoing.problem_of("http://192.168.0.1/x", outgoing.reach()) or "")
