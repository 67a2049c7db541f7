"""An ID token that comes back as a hint: only a genuine one of ours says anything."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from idp.oidc import id_token_hint, jwt, key_files, keys
from idp.oidc.keys import KeySet
from idp.storage.models import Client
from tests import given

ISSUER = "http://localhost:8000"


@pytest.fixture
def folder(keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keys, "LOOK_EVERY", 0.0)
    return Path(shutil.copytree(keys_folder, tmp_path / "keys"))


@pytest.fixture(scope="module")
def ours(keys_folder: Path) -> KeySet:
    return KeySet(keys_folder)


@pytest.fixture(autouse=True)
def app(storage: None) -> Client:
    return given.client()


def claims(**change: Any) -> dict[str, Any]:
    return {"iss": ISSUER, "sub": "ada", "aud": "app", "iat": 1, "exp": 2, **change}


def read(hint: str, ours: KeySet) -> str:
    return id_token_hint.read(hint, issuer=ISSUER, keys=ours).sub


def compact(head: dict[str, Any], body: dict[str, Any], signature: bytes) -> str:
    return ".".join(jwt.b64url(part) for part in (json.dumps(head).encode(), json.dumps(body).encode(), signature))


def test_a_genuine_token_names_its_person_however_old_it_is(ours: KeySet) -> None:
    assert read(ours.sign("RS256", claims()), ours) == "ada"


def test_a_token_of_a_retired_key_is_genuine(folder: Path) -> None:
    ours = KeySet(folder)
    hint = ours.sign("RS256", claims())
    key_files.rotate(folder)
    assert read(hint, ours) == "ada"


@pytest.mark.parametrize("alg", jwt.ALGORITHMS)
def test_every_algorithm_of_ours_is_read(ours: KeySet, alg: str) -> None:
    assert read(ours.sign(alg, claims()), ours) == "ada"


def test_a_list_of_audiences_may_hold_a_client_of_ours(ours: KeySet) -> None:
    assert read(ours.sign("RS256", claims(aud=["app"])), ours) == "ada"


@pytest.mark.parametrize(
    "change",
    [{"iss": "http://localhost:8000/"}, {"iss": "https://evil.example"}, {"iss": None}, {"sub": None}, {"sub": 1},
     {"sub": ["ada"]}, {"aud": "unknown"}, {"aud": None}, {"aud": []}, {"aud": {}}, {"aud": [1, None, ["app"]]}],
    ids=str,
)  # fmt: skip
def test_a_token_that_says_something_else_is_refused(ours: KeySet, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not"):
        read(ours.sign("RS256", claims(**change)), ours)


def test_what_else_we_sign_is_no_id_token(ours: KeySet) -> None:
    for hint in (
        ours.sign("RS256", claims(), typ="at+jwt"),
        ours.sign("RS256", {name: value for name, value in claims().items() if name != "exp"}),
    ):
        with pytest.raises(ValueError, match="not an ID token"):
            read(hint, ours)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256", ""])
def test_an_unsigned_token_is_refused(ours: KeySet, alg: str) -> None:
    kid = jwt.take_apart(ours.sign("RS256", {})).header["kid"]
    for head in ({"alg": alg}, {"alg": alg, "kid": kid}):
        for signature in (b"", b"garbage"):
            with pytest.raises(ValueError, match="not"):
                read(compact(head, claims(), signature), ours)


@pytest.mark.parametrize("kid", ["unknown", None, "ours"])
def test_a_token_of_somebody_elses_key_is_refused(ours: KeySet, kid: str | None) -> None:
    if kid == "ours":
        kid = jwt.take_apart(ours.sign("RS256", {})).header["kid"]
    head = {"alg": "RS256", **({"kid": kid} if kid else {})}
    message = compact(head, claims(), b"").rstrip(".")
    signature = jwt.sign(jwt.make_private_key("RS256"), message.encode())
    with pytest.raises(ValueError, match="not"):
        read(f"{message}.{jwt.b64url(signature)}", ours)


def test_a_changed_token_is_refused(ours: KeySet) -> None:
    head, _, signature = ours.sign("RS256", claims()).split(".")
    body = jwt.b64url(json.dumps(claims(sub="grace")).encode())
    with pytest.raises(ValueError, match="not"):
        read(f"{head}.{body}.{signature}", ours)


@pytest.mark.parametrize(
    "hint", ["", "garbage", "a.b.c", "a.b.c.d.e", "e30.e30.", "ä", "\ud800", "." * 50, "x" * 100_000]
)
def test_what_is_no_token_is_refused(ours: KeySet, hint: str) -> None:
    with pytest.raises(ValueError):
        read(hint, ours)
