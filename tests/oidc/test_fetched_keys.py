"""Keys at an address of the client's, on a real server: OP-CHECKLIST items 7 and 72."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from idp import reach
from idp.errors import OutgoingError, TokenError
from idp.oidc import fetched_keys, outgoing
from idp.oidc.client_authentication import authenticate
from idp.oidc.fetched_keys import AGAIN_AFTER, FRESH, OLDEST
from idp.reach import Reach
from tests import given
from tests.conftest import Clock
from tests.receiver import Receiver, answer
from tests.signer import Signer

ISSUER = "http://localhost:8000"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    outgoing.use(reach.parse(["127.0.0.0/8", "localhost"]))
    fetched_keys.forget()
    yield running
    running.stop()
    outgoing.use(Reach())
    fetched_keys.forget()


@pytest.fixture
def app(storage: None, clock: Clock, receiver: Receiver) -> Callable[[Signer], bool]:
    """Whether the client gets in by this key."""
    given.client(auth_method="private_key_jwt", jwks_uri=receiver.url("/jwks"))

    def gets_in(signer: Signer) -> bool:
        try:
            return bool(authenticate(None, signer.proof("app", ISSUER), audiences=(ISSUER,)))
        except TokenError as refusal:
            assert refusal.error == "invalid_client"
            return False

    return gets_in


def publish(receiver: Receiver, *signers: Signer) -> None:
    body = json.dumps({"keys": [signer.members for signer in signers]}).encode()
    receiver.behave = lambda handler, sent: answer(handler, body=body, content_type="application/json")


def test_keys_are_fetched_once_and_kept(app: Any, receiver: Receiver) -> None:
    signer = Signer(kid="1")
    publish(receiver, signer)
    assert all(app(signer) for _ in range(5))
    assert [(sent.method, sent.path) for sent in receiver.requests] == [("GET", "/jwks")]


@pytest.mark.parametrize("kids", [("old", "new"), (None, None), ("same", "same")])
def test_72_a_new_key_is_found_at_once_and_foreign_ones_cost_one_question_a_minute(
    app: Any, receiver: Receiver, clock: Clock, kids: tuple[str | None, ...]
) -> None:
    old, new = Signer(kid=kids[0]), Signer(kid=kids[1])
    publish(receiver, old)
    assert app(old)
    publish(receiver, new)
    assert app(new), "the kid is unknown, or the signature fails"
    assert not app(old), "it was taken away"
    assert len(receiver.requests) == 2
    for _ in range(20):
        assert not app(Signer())
    assert len(receiver.requests) == 2
    newest = Signer(kid="newest")
    publish(receiver, newest)
    assert not app(newest)
    clock.forward(AGAIN_AFTER)
    assert app(newest)
    assert len(receiver.requests) == 3


def test_a_key_that_was_taken_away_stops_counting(app: Any, receiver: Receiver, clock: Clock) -> None:
    signer = Signer()
    publish(receiver, signer)
    assert app(signer)
    publish(receiver, Signer())
    clock.forward(FRESH)
    assert not app(signer)


def test_an_address_that_is_down_for_a_while_does_no_harm(app: Any, receiver: Receiver, clock: Clock) -> None:
    signer = Signer()
    publish(receiver, signer)
    assert app(signer)
    receiver.behave = lambda handler, sent: answer(handler, 500)
    clock.forward(FRESH)
    assert app(signer)
    clock.forward(OLDEST)
    assert not app(signer), "a key that can't be asked for doesn't count for ever"
    publish(receiver, signer)
    clock.forward(AGAIN_AFTER)
    assert app(signer)


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [1]}', b'{"keys": [], "keys": []}', b"[" * 500,
                                  b'{"keys": [{}]}', b'{"keys": []}', b'{"keys": [{"kty": "RSA", "n": 1, "e": []}]}'])  # fmt: skip
def test_nonsense_lets_nobody_in_and_is_asked_for_once_a_minute(
    app: Any, receiver: Receiver, clock: Clock, body: bytes
) -> None:
    receiver.behave = lambda handler, sent: answer(handler, body=body)
    assert not any(app(Signer()) for _ in range(10))
    assert len(receiver.requests) <= 2
    signer = Signer()
    publish(receiver, signer)
    clock.forward(AGAIN_AFTER)
    assert app(signer)


def test_the_reason_is_there_for_the_administrator(app: Any, receiver: Receiver) -> None:
    receiver.behave = lambda handler, sent: answer(handler, 404)
    with pytest.raises(TokenError) as refusal:
        authenticate(None, Signer().proof("app", ISSUER), audiences=(ISSUER,))
    assert refusal.value.reason == "keys_unreachable"
    assert "404" in refusal.value.noted["problem"]
    assert "404" not in refusal.value.description, "whoever calls learns nothing of our network"


def test_an_address_in_a_private_network_is_not_asked(app: Any, receiver: Receiver) -> None:
    """OP-CHECKLIST item 7."""
    outgoing.use(Reach())
    assert not app(Signer())
    assert receiver.requests == []


def test_who_comes_while_the_keys_are_fetched_waits_for_the_same_answer(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer, asked, go_on = Signer(), threading.Event(), threading.Event()
    body = json.dumps(signer.jwks).encode()

    def slowly(handler: Any, sent: Any) -> None:
        asked.set()
        assert go_on.wait(30)
        answer(handler, body=body)

    receiver.behave = slowly
    found: list[Any] = []
    first = threading.Thread(target=lambda: found.append(fetched_keys.at(receiver.url("/jwks"))))
    first.start()
    assert asked.wait(30)
    seen = threading.Semaphore(0)

    def waiting(do: Callable[[], Any], within: float) -> Any:
        seen.release()
        return do()

    monkeypatch.setattr(outgoing, "elsewhere", waiting)
    others = [
        threading.Thread(target=lambda: found.append(fetched_keys.at(receiver.url("/jwks"))))
        for _ in range(fetched_keys.MOST_WAITING)
    ]
    for other in others:
        other.start()
        assert seen.acquire(timeout=30)
    with pytest.raises(OutgoingError):
        fetched_keys.at(receiver.url("/jwks"))
    go_on.set()
    for thread in (first, *others):
        thread.join(30)
    assert found == [signer.jwks["keys"]] * (1 + fetched_keys.MOST_WAITING)
    assert len(receiver.requests) == 1


def test_so_many_addresses_are_remembered_and_no_more(receiver: Receiver) -> None:
    publish(receiver, Signer())
    for number in range(fetched_keys.MOST_KEPT + 20):
        fetched_keys._seen[f"https://{number}.example/jwks"] = fetched_keys._Seen()
    fetched_keys.at(receiver.url("/jwks"))
    assert len(fetched_keys._seen) == fetched_keys.MOST_KEPT
