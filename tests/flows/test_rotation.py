"""Keys that change while people sign in, and key files that stop the start with a sentence (DESIGN: signing keys)."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.server import ROOT, Server


@pytest.fixture(scope="module")
def turning(idp_server: Callable[..., Server]) -> Server:
    server = idp_server(IDP_WORKERS="3")
    server.add_user("alice", PASSWORD)
    return server


def published(server: Server) -> set[str]:
    return {key["kid"] for key in requests.get(f"{server.issuer}/jwks", timeout=10).json()["keys"]}


def kid_of(token: str) -> str:
    return str(json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"])


def test_no_verification_fails_while_keys_are_rotated(turning):
    app, person, failures, kids = Application(turning, "--skip-consent"), visitor(turning), [], []
    app.code(person)
    done = threading.Event()

    def sign_in_again_and_again() -> None:
        while not done.is_set():
            token = app.exchange(app.ask(person)["code"]).json()["id_token"]
            try:  # with the keys that are published now, as an application does that sees an unknown kid
                app.claims(token)
            except Exception as wrong:
                failures.append(f"{kid_of(token)}: {wrong!r}")
            kids.append(kid_of(token))

    worker = threading.Thread(target=sign_in_again_and_again)
    worker.start()
    try:
        for _ in range(3):
            time.sleep(1.2)  # each process looks once a second
            turning.idp("key", "rotate")
        time.sleep(1.2)
    finally:
        done.set()
        worker.join()
    assert failures == [] and len(set(kids)) >= 3 and set(kids) <= published(turning)


def test_old_tokens_verify_after_a_rotation_and_until_their_key_is_retired(turning):
    app, person = Application(turning, "--skip-consent"), visitor(turning)
    token = app.tokens(person)["id_token"]
    next_one = next(
        key["kid"] for key in turning.idp_json("key", "list") if key["state"] == "next" and key["alg"] == "RS256"
    )
    assert next_one in published(turning), "the next key is published before it signs"
    turning.idp("key", "rotate")
    time.sleep(1.2)
    assert app.claims(token)["sub"] and kid_of(token) in published(turning)
    assert kid_of(app.tokens(person)["id_token"]) == next_one
    turning.idp("key", "retire", "--", kid_of(token))
    time.sleep(1.2)
    assert kid_of(token) not in published(turning)
    assert turning.run("key", "retire", "--", next_one).returncode == 1, "a key in use stays"


@pytest.mark.parametrize("alg, kty", [("ES256", "EC"), ("EdDSA", "OKP")])
def test_an_algorithm_can_be_chosen_and_rotated_while_the_server_runs(turning, alg, kty):
    app, person = Application(turning, "--skip-consent", "--id-token-alg", alg), visitor(turning)
    first = app.tokens(person)["id_token"]
    assert app.claims(first)["sub"]
    turning.idp("key", "rotate")
    time.sleep(1.2)
    second = app.tokens(person)["id_token"]
    assert app.claims(second)["sub"] and app.claims(first)["sub"] and kid_of(first) != kid_of(second)
    answer = requests.get(f"{turning.issuer}/.well-known/openid-configuration", timeout=10).json()
    assert {"RS256", alg} <= set(answer["id_token_signing_alg_values_supported"])


def test_a_slip_in_the_folder_disturbs_nobody_who_is_being_served(turning):
    app, person = Application(turning, "--skip-consent"), visitor(turning)
    before = (turning.folder / "keys" / "keys.json").read_text()
    (turning.folder / "keys" / "keys.json").write_text("broken")
    try:
        time.sleep(1.2)
        assert app.claims(app.tokens(person)["id_token"])["sub"]
        assert "signing keys have changed and can't be loaded" in turning.log()
    finally:
        (turning.folder / "keys" / "keys.json").write_text(before)


@pytest.fixture(scope="module")
def resting(tmp_path_factory: pytest.TempPathFactory, new_database_url: Callable[[Path], str]) -> Server:
    """A provider that is set up and doesn't run."""
    folder = tmp_path_factory.mktemp("resting")
    server = Server(folder, IDP_DATABASE_URL=new_database_url(folder))
    server.idp("init")
    return server


@pytest.fixture
def keys(resting: Server, tmp_path: Path):
    """A copy of its keys that a test may spoil: the folder, and the file of a key in use."""
    folder = tmp_path / "keys"
    shutil.copytree(resting.folder / "keys", folder)
    os.chmod(tmp_path, 0o755)
    active = next(key["kid"] for key in resting.idp_json("key", "list") if key["state"] == "active")
    return folder, folder / f"{active}.pem"


def why_not(server: Server, keys: Path) -> str:
    """The sentence with which `idp serve` refuses to start."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "idp", "serve"], cwd=ROOT, env={**server.environ, "IDP_KEYS_DIR": str(keys)},
            capture_output=True, text=True, timeout=20,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.fail("it started all the same")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1 and str(keys) in done.stderr
    return done.stderr


def test_key_files_are_for_their_owner_alone(resting):
    assert stat.S_IMODE((resting.folder / "keys").stat().st_mode) == 0o700
    files = [path for path in (resting.folder / "keys").iterdir() if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.parametrize("spoil, word", [
    (lambda folder, key: key.unlink(), "missing"), (lambda folder, key: key.write_text("not a key"), "damaged"),
    (lambda folder, key: key.write_bytes(b""), "damaged"), (lambda folder, key: key.chmod(0o644), "chmod 600"),
    (lambda folder, key: key.chmod(0o640), "chmod 600"), (lambda folder, key: (folder / "keys.json").unlink(), "idp init"),
    (lambda folder, key: (folder / "keys.json").write_text('[{"kid": 1}]'), "damaged"),
    (lambda folder, key: (folder / "keys.json").write_text("{"), "damaged"),
    (lambda folder, key: (folder / "keys.json").write_bytes(b"\xff"), "damaged"),
    (lambda folder, key: (folder / "keys.json").write_text("[]"), "damaged"),
    (lambda folder, key: shutil.copy(next(each for each in folder.glob("*.pem") if each != key), key), "damaged"),
], ids=["missing", "nonsense", "empty", "readable by all", "readable by the group", "no list", "a list of something else",
        "a broken list", "a binary list", "an empty list", "another key"])  # fmt: skip
def test_a_spoilt_key_stops_the_start_with_what_to_do(resting, keys, spoil, word):
    spoil(*keys)
    assert word in why_not(resting, keys[0])


def test_after_the_advice_about_copied_keys_their_forgeries_are_worth_nothing(idp_server):
    own = idp_server()
    before = published(own)
    files = list((own.folder / "keys").glob("*.pem"))
    for path in files:
        path.chmod(0o644)
    own.stop()
    refused = own.run("serve")
    assert refused.returncode == 1
    commands = re.findall(rf": ((?:{re.escape(sys.executable)} -m idp|chmod) .+?)(?=,|\. |$)", refused.stderr.strip())
    assert len(commands) == 4, refused.stderr
    for command in commands:  # as they stand, in a shell
        subprocess.run(
            command, shell=True, cwd=own.folder, env=own.environ, check=True, capture_output=True, timeout=60
        )
    after = published(own.start())
    assert len(after) == len(before) == len(files) and not after & before


@pytest.mark.parametrize("closed", ["the key file", "the list of keys", "the folder"])
@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as somebody else; run the tests as root")
def test_keys_of_another_owner_stop_the_start_with_what_to_do(keys, closed):
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(shutil.copytree(keys[0], Path(name) / "keys"))
        Path(name).chmod(0o755)
        folder.chmod(0o700 if closed == "the folder" else 0o755)
        (folder / "keys.json").chmod(0o600 if closed == "the list of keys" else 0o644)
        done = _key_set_as_nobody(folder)
        assert done.stdout.count("\n") == 1 and "can't be read by this user" in done.stdout, done.stderr


def _key_set_as_nobody(folder: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import os, sys\nfrom pathlib import Path\n"
        "from idp.oidc.keys import KeySet\nfrom idp.errors import ConfigurationError\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: KeySet(Path(sys.argv[1]))\nexcept ConfigurationError as wrong: print(wrong)"
    )
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
