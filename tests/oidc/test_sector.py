"""The list at a sector_identifier_uri is read when a client is registered (OIDC Registration 5, OP-CHECKLIST 105)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from idp import declared, opaque, reach
from idp.errors import BearerError, Invalid
from idp.oidc import dynamic_registration, outgoing, registration
from idp.oidc.outgoing import exchange
from idp.reach import Reach
from idp.storage import clients
from idp.storage.database import transaction
from idp.storage.models import Client
from tests.receiver import Receiver, Sent, answer

URIS = ["https://a.example.org/callback", "https://b.example.org/callback"]
Listing = Callable[[bytes], str]


@pytest.fixture
def receiver(pem: Path, storage: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """An application's own server, which may be asked."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    exchange._trust.cache_clear()
    outgoing.use(reach.parse("localhost"))
    running = Receiver(pem)
    yield running
    running.stop()
    outgoing.use(Reach())
    exchange._trust.cache_clear()


@pytest.fixture
def listing(receiver: Receiver) -> Listing:
    """The address of a list that says this."""

    def put(body: bytes) -> str:
        def behave(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
            answer(handler, 200, body, "application/json")

        receiver.behave = behave
        return receiver.url("/uris.json")

    return put


def add(**metadata: object) -> Client:
    return registration.add("Media", **{"redirect_uris": URIS, "subject_type": "pairwise", **metadata})[0]


def test_105_a_list_that_names_all_redirect_uris_makes_a_sector(listing: Listing, receiver: Receiver) -> None:
    uri = listing(json.dumps([*URIS, "https://c.example.org/callback"]).encode())
    assert add(sector_identifier_uri=uri).sector_identifier_uri == uri
    assert [sent.method for sent in receiver.requests] == ["GET"]


@pytest.mark.parametrize(
    "body", [json.dumps(URIS[:1]).encode(), b"{}", b"null", b'"x"', b"not json", b"", b"[" * 50_000, b"\xff\xfe", b"[1, null]"]
)  # fmt: skip
def test_105_any_other_list_is_refused(listing: Listing, body: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        add(sector_identifier_uri=listing(body))
    assert refused.value.problems.keys() == {"sector_identifier_uri"}
    assert clients.all_clients() == []


def test_an_address_that_does_not_answer_is_refused_in_words(receiver: Receiver) -> None:
    receiver.behave = lambda handler, sent: answer(handler, 404)
    with pytest.raises(Invalid, match="404"):
        add(sector_identifier_uri=receiver.url("/uris.json"))


def test_a_machine_of_a_private_network_is_not_asked(storage: None) -> None:
    with pytest.raises(Invalid, match="private networks"):
        add(sector_identifier_uri="https://127.0.0.1/uris.json")


def test_a_change_of_the_redirect_uris_reads_the_list_again(listing: Listing, receiver: Receiver) -> None:
    client = add(sector_identifier_uri=listing(json.dumps(URIS).encode()))
    with pytest.raises(Invalid, match="doesn't name https://new"):
        registration.change(client, redirect_uris=[*URIS, "https://new.example.org/callback"])
    before = len(receiver.requests)
    registration.change(client, name="Other")
    assert len(receiver.requests) == before, "nothing else has it read"


def test_a_file_that_is_applied_asks_before_it_writes(listing: Listing) -> None:
    fields = {"redirect_uris": URIS, "subject_type": "pairwise"}
    good = listing(json.dumps(URIS).encode())
    (change,) = declared.apply({"clients": {"media": {**fields, "sector_identifier_uri": good}}})
    assert change.is_new
    assert declared.apply({"clients": {"media": {**fields, "sector_identifier_uri": good}}}) == []
    bad = listing(b"[]")
    with pytest.raises(Invalid, match="doesn't name"):
        declared.apply({"clients": {"other": {**fields, "sector_identifier_uri": bad}}})
    assert [client.client_id for client in clients.all_clients()] == ["media"]


def test_an_administrator_who_takes_over_while_the_list_is_asked_for_has_the_last_word(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = listing(json.dumps(URIS).encode())
    client = add(sector_identifier_uri=uri)
    with transaction():
        clients.update(client, registration_token_digest=opaque.digest("ra_x"))
    client = dynamic_registration.find(client.client_id, "ra_x")

    def others_have_their_turn(do: Callable[[], Any], within: float) -> Any:
        dynamic_registration.let_go(client)
        return do()

    monkeypatch.setattr(outgoing, "elsewhere", others_have_their_turn)
    wanted = {
        "client_id": client.client_id,
        "redirect_uris": URIS,
        "client_name": "Other",
        "sector_identifier_uri": uri,
    }
    with pytest.raises(BearerError):
        dynamic_registration.replace(client, "ra_x", json.dumps(wanted).encode(), issuer="https://id.example.org")
    assert registration.get(client.client_id).name == "Media"
