"""The server's door: limits that hold before the application sees a request, and answers that are whole."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from idp.config import Config
from idp.storage.database import transaction
from idp.web import bodies
from idp.web.bodies import Allowance
from idp.web.documents import Document
from idp.web.gateway import Gateway, elsewhere, off_the_loop

Sent = list[dict[str, Any]]
seen: list[dict[str, Any]] = []


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Says what it was sent, or does what the path asks for."""
    seen.append(environ)
    if environ["PATH_INFO"] == "/fail":
        raise ZeroDivisionError("a secret detail")
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/slow":
        body = off_the_loop(lambda: threading.current_thread().name.encode())
    if environ["PATH_INFO"] == "/order":
        body = str(off_the_loop(lambda: os.sched_getscheduler(threading.get_native_id()))).encode()
    if environ["PATH_INFO"] == "/slow-failure":
        try:
            off_the_loop(lambda: 1 // 0)
        except ZeroDivisionError:
            body = b"failed"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "999")])
    return [body, b"!"]


@pytest.fixture
def door() -> Gateway:
    seen.clear()
    css = Document(b"body {}", "text/css", [("cache-control", "public")])
    return Gateway(application, {"/static/x.css": css}.get, Config(issuer="https://id.example.org"))


def ask(door: Gateway, *messages: dict[str, Any], method: str = "GET", path: str = "/x",
        headers: Iterable[tuple[bytes, bytes]] = ()) -> Sent:  # fmt: skip
    """What the server is told to send."""
    scope = {"type": "http", "method": method, "raw_path": path.encode(), "path": path, "query_string": b"", "client": ("192.0.2.1", 1),
             "headers": [(b"host", b"id.example.org"), *headers]}  # fmt: skip
    waiting, sent = list(messages), []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(door(scope, receive, send))
    return sent


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def read(sent: Sent) -> tuple[int, dict[str, str], bytes]:
    start, body = sent
    names = [name for name, _ in start["headers"]]
    assert len(set(names)) == len(names)
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"]


def test_an_answer_is_whole_and_has_every_header(door: Gateway) -> None:
    status, headers, body = read(ask(door, part(b"a", more=True), part(b"b"), method="POST"))
    assert (status, body, headers["content-length"]) == (200, b"ab!", "3")
    assert headers["x-frame-options"] == "DENY"
    assert headers["strict-transport-security"]
    assert headers["cache-control"] == "no-store"


def test_a_document_is_answered_without_the_application(door: Gateway) -> None:
    status, headers, body = read(ask(door, path="/static/x.css"))
    assert (status, body) == (200, b"body {}")
    assert read(ask(door, path="/static/x.css", headers=[(b"if-none-match", headers["etag"].encode())]))[0] == 304
    assert seen == []


def test_who_is_turned_away_never_reaches_the_application(door: Gateway) -> None:
    status, headers, body = read(ask(door, path="/x", method="TRACE"))
    assert status == 501
    assert headers["connection"] == "close"
    assert headers["content-security-policy"]
    assert body.endswith(b".")
    assert seen == []


@pytest.mark.parametrize("announced", [b"65537", b"999999999"])
def test_too_long_a_body_is_refused_before_it_is_read(door: Gateway, announced: bytes) -> None:
    assert read(ask(door, method="POST", headers=[(b"content-length", announced)]))[0] == 413


def test_too_long_a_body_is_refused_however_it_comes(door: Gateway) -> None:
    chunks = [part(b"x" * 8_192, more=True) for _ in range(9)]
    assert read(ask(door, *chunks, method="POST"))[0] == 413
    assert seen == []


def test_a_body_that_is_cut_off_is_never_taken_for_a_whole_one(door: Gateway) -> None:
    assert ask(door, part(b"code=x", more=True), {"type": "http.disconnect"}, method="POST") == []
    assert seen == []


def test_a_slow_sender_holds_no_place(door: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_USUAL", Allowance(timeout=0.01))
    assert read(ask(door, part(b"code", more=True), method="POST"))[0] == 408
    assert seen == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_failure_says_nothing_of_itself(door: Gateway, caplog: pytest.LogCaptureFixture, method: str) -> None:
    status, headers, body = read(ask(door, part(b""), path="/fail", method=method))
    assert status == 500
    assert b"secret" not in body
    assert headers["x-content-type-options"] == "nosniff"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("path", ["/slow", "/%73low"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_slow_work_leaves_the_thread_and_comes_back(door: Gateway, method: str, path: str) -> None:
    assert read(ask(door, part(b""), path=path, method=method))[2].startswith(b"hashing")


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="Linux only")
def test_slow_work_lets_quick_work_go_first(door: Gateway) -> None:
    mine = os.sched_getscheduler(0)
    assert read(ask(door, part(b""), path="/order", method="POST"))[2] == f"{os.SCHED_BATCH}!".encode()
    assert os.sched_getscheduler(0) == mine != os.SCHED_BATCH


def test_a_failure_of_slow_work_is_raised_where_it_was_asked_for(door: Gateway) -> None:
    assert read(ask(door, part(b""), path="/slow-failure", method="POST"))[2] == b"failed!"


def test_slow_work_outside_a_request_is_simply_done() -> None:
    assert off_the_loop(lambda: 5) == elsewhere(lambda: 5, 1.0) == 5


@pytest.mark.parametrize("wait", [off_the_loop, lambda do: elsewhere(do, 1.0)], ids=["work", "a machine"])
def test_nobody_is_let_into_the_transaction_of_another_request(storage: None, wait: Callable[[Any], Any]) -> None:
    done: list[str] = []
    with pytest.raises(AssertionError), transaction():
        wait(lambda: done.append("while others write"))
    assert not done


@pytest.fixture
def with_files(door: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A door that takes files of 100,000 bytes at one path."""
    monkeypatch.setattr(bodies, "_by_path", {})
    bodies.allow("/file", 100_000, instead="/file?refused=size")
    return door


def test_a_file_may_be_long_where_files_are_sent_and_nowhere_else(with_files: Gateway) -> None:
    chunks = [part(b"x" * 10_000, more=number < 9) for number in range(10)]
    assert read(ask(with_files, *chunks, method="POST", path="/file"))[0] == 200
    assert read(ask(with_files, *chunks, method="POST", path="/file/"))[0] == 413
    assert len(seen) == 1


def test_too_long_a_file_is_read_to_its_end_and_explained_by_a_page(with_files: Gateway) -> None:
    chunks = [part(b"x" * 100_000, more=number < 9) for number in range(10)]
    status, headers, _ = read(ask(with_files, *chunks, method="POST", path="/file"))
    assert (status, headers["location"]) == (303, "/file?refused=size")
    assert seen == []


def test_who_sends_without_end_is_cut_off(with_files: Gateway) -> None:
    length = [(b"content-length", str(bodies.LONGEST_READ + 1).encode())]
    assert read(ask(with_files, method="POST", path="/file", headers=length))[0] == 413


def test_only_so_many_files_come_in_at_once(with_files: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_FILES", 0)
    assert read(ask(with_files, part(b"x"), method="POST", path="/file"))[0] == 503
    assert read(ask(with_files, part(b"x"), method="POST"))[0] == 200
