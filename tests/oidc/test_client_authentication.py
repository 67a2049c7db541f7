"""Which client calls, proved by its secret."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote_plus

import pytest

from idp import opaque
from idp.errors import TokenError
from idp.oidc.client_authentication import authenticate
from idp.storage.models import Client
from tests import given
from tests.given import SECRET

ODD_SECRET = "100% right + a/b=c&d:e äöü ~ 0123456789 ~ %41%20"


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def refused(authorization: str | None, **form: str) -> TokenError:
    with pytest.raises(TokenError) as refusal:
        authenticate(authorization, form)
    return refusal.value


@pytest.fixture
def app(storage: None) -> Client:
    return given.client()


@pytest.fixture
def public(storage: None) -> Client:
    return given.client("spa", auth_method="none")


def test_the_secret_may_come_in_the_header_or_in_the_form(app: Client) -> None:
    assert authenticate(basic("app", SECRET), {}) == app
    assert authenticate(None, {"client_id": "app", "client_secret": SECRET}) == app


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC", "bAsIc"])
def test_the_scheme_has_no_case(app: Client, scheme: str) -> None:
    assert authenticate(basic("app", SECRET).replace("Basic", scheme), {}) == app


@pytest.mark.parametrize("form", [quote_plus, str], ids=["form-urlencoded", "raw"])
@pytest.mark.parametrize("client_id", ["app", "an app~1", "a+b%2Bc"])
def test_id_and_secret_may_come_encoded_or_raw(storage: None, client_id: str, form: Any) -> None:
    given.client(client_id, secret_digest=opaque.digest(ODD_SECRET))
    assert authenticate(basic(form(client_id), form(ODD_SECRET)), {}).client_id == client_id


def test_the_form_may_repeat_the_id_of_the_header(app: Client) -> None:
    assert authenticate(basic("app", SECRET), {"client_id": "app"}) == app


def test_two_different_ids_are_refused(app: Client) -> None:
    given.client("other")
    assert refused(basic("app", SECRET), client_id="other").error == "invalid_request"


def test_two_methods_at_once_are_refused_even_when_both_are_right(app: Client) -> None:
    refusal = refused(basic("app", SECRET), client_id="app", client_secret=SECRET)
    assert (refusal.error, refusal.status) == ("invalid_request", 400)


def test_a_public_client_names_itself(public: Client) -> None:
    assert authenticate(None, {"client_id": "spa"}) == public


def test_a_public_client_may_send_an_empty_secret_in_the_header(public: Client) -> None:
    assert authenticate(basic("spa", ""), {}) == public


@pytest.mark.parametrize("secret", ["x", SECRET, "None"])
def test_a_public_client_has_no_secret_to_be_right(public: Client, secret: str) -> None:
    assert refused(basic("spa", secret)).error == "invalid_client"
    assert refused(None, client_id="spa", client_secret=secret).error == "invalid_client"


@pytest.mark.parametrize("pinned", ["client_secret_basic", "client_secret_post"])
def test_a_pinned_method_is_the_only_one(storage: None, pinned: str) -> None:
    app = given.client(auth_method=pinned)
    tries: dict[str, tuple[str | None, dict[str, str]]] = {
        "client_secret_basic": (basic("app", SECRET), {}),
        "client_secret_post": (None, {"client_id": "app", "client_secret": SECRET}),
    }
    assert authenticate(*tries.pop(pinned)) == app
    header, form = tries.popitem()[1]
    assert refused(header, **form).reason.startswith("wrong_method_")


@pytest.mark.parametrize(
    ("client_id", "secret", "reason"),
    [("app", "wrong", "wrong_secret"), ("app", SECRET + "x", "wrong_secret"), ("app", SECRET[:-1], "wrong_secret"),
     ("app", SECRET.upper(), "wrong_secret"), ("App", SECRET, "unknown_client"), ("nobody", SECRET, "unknown_client"),
     ("", SECRET, "unknown_client"), ("off", SECRET, "client_disabled")],
)  # fmt: skip
def test_every_failure_is_the_same_to_whoever_tries(app: Client, client_id: str, secret: str, reason: str) -> None:
    given.client("off", disabled_at=1)
    header, form = refused(basic(client_id, secret)), refused(None, client_id=client_id, client_secret=secret)
    assert {refusal.reason for refusal in (header, form)} == {reason}
    assert {(refusal.error, refusal.description, refusal.status) for refusal in (header, form)} == {
        ("invalid_client", "The client is unknown, or its secret is wrong.", 401)
    }


def test_the_header_is_challenged_and_the_form_is_not(app: Client) -> None:
    assert refused(basic("app", "wrong")).challenge
    assert not refused(None, client_id="app", client_secret="wrong").challenge


def test_a_confidential_client_without_its_secret_is_refused(app: Client) -> None:
    assert refused(None, client_id="app").error == "invalid_client"
    assert refused(basic("app", "")).error == "invalid_client"


def test_no_client_at_all_is_asked_to_name_itself(app: Client) -> None:
    refusal = refused(None)
    assert (refusal.error, refusal.status, refusal.challenge) == ("invalid_client", 401, True)


@pytest.mark.parametrize(
    "header",
    [
        "", " ", "Basic", "Basic ", "Basic  ", "Basic =", "Basic a", "Basic ====", "Basic !!!!", "Basic YXBw",
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(), "Basic \xe4\xe4", "Basic \ud800",
        "Bearer " + base64.b64encode(f"app:{SECRET}".encode()).decode(), "Digest username=app", "Negotiate abc",
        "Basic," + base64.b64encode(f"app:{SECRET}".encode()).decode(),
        basic("app", SECRET) + "=", basic("app", SECRET) + " x", "Basic" + base64.b64encode(b"app:x").decode(),
        "Basic " + base64.urlsafe_b64encode(b"app:???>>>~~~").decode(),
        "Basic " + base64.b64encode(b":").decode(), "Basic " + base64.b64encode(b"::::").decode(),
        "Basic " + base64.b64encode(b"\0:\0").decode(), "Basic " + base64.b64encode(b"%00:%00").decode(),
        "Basic " + base64.b64encode(b"%ED%A0%80:x").decode(), "Basic " + base64.b64encode(b"%:%").decode(),
        "Basic " + "A" * 100_000,
    ],
    ids=range(28),
)  # fmt: skip
def test_junk_in_the_header_is_a_failed_try_and_nothing_worse(app: Client, header: str) -> None:
    refusal = refused(header)
    assert (refusal.error, refusal.status, refusal.challenge) == ("invalid_client", 401, True)


def test_a_failed_try_changes_nothing_so_the_other_method_may_follow(app: Client) -> None:
    before = Client.get_by_id(app.id).__data__
    refused(basic("app", "wrong"))
    assert authenticate(None, {"client_id": "app", "client_secret": SECRET}) == app
    assert Client.get_by_id(app.id).__data__ == before


def test_the_secret_is_stored_as_a_digest_only(app: Client) -> None:
    assert SECRET not in str(Client.get_by_id(app.id).__data__)
