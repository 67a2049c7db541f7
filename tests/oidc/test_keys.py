"""The keys of a running provider: signing, verifying, publishing, and following the folder."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwk as other_jwk
from joserfc import jwt as other_jwt

from idp.oidc import jwt, key_files, key_loading, keys
from idp.oidc.key_entry import KeyEntry
from idp.oidc.keys import KeySet

# The other library's opinion of the name only; RFC 9864 calls the same algorithm Ed25519, relying parties know EdDSA.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated:joserfc.errors.SecurityWarning")

CLAIMS = {"iss": "http://localhost:8000", "sub": "ada"}


@pytest.fixture
def folder(keys_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(keys_folder, tmp_path / "keys"))


@pytest.fixture
def key_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> KeySet:
    """The keys of a folder, looked at anew each time."""
    monkeypatch.setattr(keys, "LOOK_EVERY", 0.0)
    return KeySet(folder)


@pytest.fixture(scope="module")
def steady(keys_folder: Path) -> KeySet:
    """Keys that no test changes."""
    return KeySet(keys_folder)


def header(token: str) -> dict[str, Any]:
    return jwt.take_apart(token).header


def published(key_set: KeySet) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(key_set.jwks())["keys"]
    return found


def kid(folder: Path, state: str) -> str:
    return next(entry.kid for entry in key_files.read(folder) if (entry.alg, entry.state) == ("RS256", state))


@pytest.mark.parametrize("alg", jwt.ALGORITHMS)
def test_another_library_verifies_a_token_with_the_published_keys(steady: KeySet, alg: str) -> None:
    token = steady.sign(alg, CLAIMS)
    known = other_jwk.KeySet.import_key_set(json.loads(steady.jwks()))
    read = other_jwt.decode(token, known, algorithms=[alg])
    assert read.claims == CLAIMS
    assert read.header == {"alg": alg, "kid": header(token)["kid"], "typ": "JWT"}
    assert steady.verify(jwt.take_apart(token))


def test_the_active_key_signs_and_all_are_published(key_set: KeySet, folder: Path) -> None:
    assert header(key_set.sign("RS256", CLAIMS))["kid"] == kid(folder, "active")
    order = ["active"] * 3 + ["next"] * 3
    states = {entry.kid: entry.state for entry in key_files.read(folder)}
    assert [states[key["kid"]] for key in published(key_set)] == order


def test_published_keys_have_what_readers_want_and_no_private_part(steady: KeySet) -> None:
    for key in published(steady):
        wanted = {"RSA": {"n", "e"}, "EC": {"crv", "x", "y"}, "OKP": {"crv", "x"}}[key["kty"]]
        assert key.keys() == {"kty", "kid", "use", "alg"} | wanted
        assert key["use"] == "sig"
    kids = [key["kid"] for key in published(steady)]
    assert len(set(kids)) == len(kids) == 6


def test_a_rotation_is_followed_and_old_tokens_still_verify(key_set: KeySet, folder: Path) -> None:
    before = key_set.sign("RS256", CLAIMS)
    key_files.rotate(folder)
    after = key_set.sign("RS256", CLAIMS)
    assert header(after)["kid"] == kid(folder, "active") != header(before)["kid"]
    assert key_set.verify(jwt.take_apart(before))
    assert header(before)["kid"] in {key["kid"] for key in published(key_set)}


def test_a_key_signs_only_after_it_was_published(key_set: KeySet, folder: Path) -> None:
    known = {key["kid"] for key in published(key_set)}
    key_files.rotate(folder)
    assert header(key_set.sign("RS256", CLAIMS))["kid"] in known


def test_a_key_that_was_taken_out_verifies_nothing(key_set: KeySet, folder: Path) -> None:
    token = key_set.sign("RS256", CLAIMS)
    old = kid(folder, "active")
    key_files.rotate(folder)
    key_files.retire(folder, old)
    assert not key_set.verify(jwt.take_apart(token))
    assert old not in {key["kid"] for key in published(key_set)}


def test_a_rotation_while_the_folder_is_read_is_not_missed(
    key_set: KeySet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = key_files.read
    rotated: list[bool] = []

    def read_and_be_overtaken(where: Path) -> list[KeyEntry]:
        entries = read(where)
        if not rotated:
            rotated.append(True)
            key_files.rotate(where)
        return entries

    monkeypatch.setattr(key_files, "read", read_and_be_overtaken)
    followed = KeySet(folder)
    assert rotated
    assert header(followed.sign("RS256", CLAIMS))["kid"] == kid(folder, "active")


def test_there_are_keys_for_every_algorithm_with_the_one_everybody_knows_first(steady: KeySet) -> None:
    assert steady.algorithms() == list(jwt.ALGORITHMS)
    assert steady.algorithms()[0] == "RS256"


def test_a_slip_in_the_folder_stops_nobody(
    key_set: KeySet, folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idp.called.PROGRAM", ".venv/bin/idp")
    token = key_set.sign("RS256", CLAIMS)
    (folder / "keys.json").write_text("[")
    with caplog.at_level(logging.ERROR):
        assert key_set.verify(jwt.take_apart(token))
        assert key_set.sign("RS256", CLAIMS)
    assert "can't be loaded" in caplog.text and ": .venv/bin/idp doctor" in caplog.text


def test_a_folder_that_goes_away_stops_nobody(key_set: KeySet, folder: Path) -> None:
    shutil.rmtree(folder)
    assert key_set.verify(jwt.take_apart(key_set.sign("RS256", CLAIMS)))


def _forged(head: dict[str, Any], signature: bytes = b"x" * 256) -> jwt.Unverified:
    message = jwt.b64url(json.dumps(head).encode()) + ".e30"
    return jwt.take_apart(f"{message}.{jwt.b64url(signature)}")


@pytest.mark.parametrize(
    "change",
    [{"alg": "none"}, {"alg": "None"}, {"alg": ""}, {"alg": "HS256"}, {"alg": "RS512"}, {"alg": "PS256"}, {"alg": "ES256"},
     {"alg": None}, {"alg": ["RS256"]}, {"kid": "unknown"}, {"kid": None}, {"kid": ["x"]}, {"kid": {}}, {"kid": 1},
     {"crit": ["exp"]}, {"jwk": {}}, {"jku": "https://evil.example/"}, {"x5u": "https://evil.example/"}, {"x5c": []},
     {"b64": False}],
    ids=str,
)  # fmt: skip
def test_a_header_that_is_not_ours_verifies_nothing(steady: KeySet, keys_folder: Path, change: dict[str, Any]) -> None:
    signing = next(entry for entry in key_files.read(keys_folder) if (entry.alg, entry.state) == ("RS256", "active"))
    head = {"alg": "RS256", "kid": signing.kid, **change}
    message = f"{jwt.b64url(json.dumps(head).encode())}.e30"
    signature = jwt.sign(key_loading.load(keys_folder, signing), message.encode())
    assert not steady.verify(jwt.take_apart(f"{message}.{jwt.b64url(signature)}"))


def test_a_header_without_a_key_name_verifies_nothing(steady: KeySet) -> None:
    assert not steady.verify(_forged({"alg": "RS256"}))
    assert not steady.verify(_forged({}))


def test_the_public_key_is_no_shared_secret(steady: KeySet) -> None:
    import hashlib
    import hmac

    public = json.dumps(published(steady)[0]).encode()
    message = jwt.b64url(json.dumps({"alg": "HS256", "kid": published(steady)[0]["kid"]}).encode()) + ".e30"
    mac = hmac.new(public, message.encode(), hashlib.sha256).digest()
    assert not steady.verify(jwt.take_apart(f"{message}.{jwt.b64url(mac)}"))
