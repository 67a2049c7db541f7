"""The folder of signing keys: whole before and after every change, and at every crash in between."""

from __future__ import annotations

import json
import os
import shutil
import stat
import threading
from pathlib import Path

import pytest

from idp.errors import ConfigurationError, Invalid, NotFound
from idp.oidc import jwk, key_files, key_loading
from idp.oidc.jwt import ALGORITHMS
from idp.oidc.key_entry import KeyEntry
from idp.oidc.key_files import MANIFEST
from tests.conftest import Clock
from tests.spoilt_key import spoil

FIRST = sorted((alg, state) for alg in ALGORITHMS for state in ("active", "next"))


@pytest.fixture
def folder(keys_folder: Path, tmp_path: Path) -> Path:
    """A folder of keys that a test may change."""
    return Path(shutil.copytree(keys_folder, tmp_path / "keys"))


def states(folder: Path) -> list[tuple[str, str]]:
    return sorted((entry.alg, entry.state) for entry in key_files.read(folder))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_each_algorithm_has_one_key_that_signs_and_one_that_is_next_from_the_start(folder: Path) -> None:
    assert states(folder) == FIRST


def test_only_the_owner_can_read_the_folder_and_the_files(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert key_files.create(tmp_path / "deep" / "keys")
    finally:
        os.umask(before)
    assert mode(tmp_path / "deep" / "keys") == 0o700
    assert {mode(path) for path in (tmp_path / "deep" / "keys").iterdir()} == {0o600}


def test_making_keys_again_changes_nothing(folder: Path) -> None:
    before = key_files.read(folder)
    assert not key_files.create(folder)
    assert key_files.read(folder) == before


def test_a_key_is_named_by_its_thumbprint(folder: Path) -> None:
    for entry in key_files.read(folder):
        assert jwk.thumbprint(key_loading.load(folder, entry)) == entry.kid


def test_rotation_moves_every_key_on(folder: Path, clock: Clock) -> None:
    before = {(entry.alg, entry.state): entry.kid for entry in key_files.read(folder)}
    done = key_files.rotate(folder)
    entries = key_files.read(folder)
    after = {(entry.alg, entry.state): entry.kid for entry in entries}
    assert {entry.kid for entry in done.active} == {before[alg, "next"] for alg in ALGORITHMS}
    assert done.replaced == []
    for alg in ALGORITHMS:
        assert after[alg, "active"] == before[alg, "next"]
        assert after[alg, "retired"] == before[alg, "active"]
        assert after[alg, "next"] not in before.values()
    assert {entry.retired_at for entry in entries if entry.state == "retired"} == {clock.now}
    assert key_loading.load_all(folder, entries), "a retired key can still verify"


@pytest.mark.parametrize("fault", ["missing", "damaged", "exposed"])
def test_rotation_lets_no_key_sign_that_could_not_be_loaded(folder: Path, fault: str) -> None:
    unfit, *fit = [entry for entry in key_files.read(folder) if entry.state == "next"]
    path = folder / f"{unfit.kid}.pem"
    spoil(path, fault)
    done = key_files.rotate(folder)
    assert done.replaced == [unfit] and not path.exists()
    assert {entry.alg for entry in done.active} == set(ALGORITHMS)
    assert {entry.kid for entry in fit} < {entry.kid for entry in done.active}, "the others sign as they should"
    after = key_files.read(folder)
    assert unfit.kid not in {entry.kid for entry in after} and key_loading.load_all(folder, after)


def test_rotation_is_refused_where_a_next_key_belongs_to_somebody_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key_files.read(folder)
    refused = next(folder / f"{entry.kid}.pem" for entry in before if entry.state == "next")
    read_bytes = Path.read_bytes

    def may_not(path: Path) -> bytes:
        if path == refused:
            raise PermissionError
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", may_not)
    with pytest.raises(ConfigurationError, match="can't be read by this user"):
        key_files.rotate(folder)
    assert key_files.read(folder) == before and refused.exists()


def test_a_retired_key_can_be_taken_out_with_its_file(folder: Path) -> None:
    old = next(entry for entry in key_files.read(folder) if entry.state == "active")
    key_files.rotate(folder)
    key_files.retire(folder, old.kid)
    assert old.kid not in {entry.kid for entry in key_files.read(folder)}
    assert not (folder / f"{old.kid}.pem").exists()


def test_a_retired_key_whose_file_is_gone_can_be_taken_out(folder: Path) -> None:
    old = next(entry for entry in key_files.read(folder) if entry.state == "active")
    key_files.rotate(folder)
    (folder / f"{old.kid}.pem").unlink()
    key_files.retire(folder, old.kid)
    assert old.kid not in {entry.kid for entry in key_files.read(folder)}


def test_a_key_that_signs_cannot_be_taken_out(folder: Path) -> None:
    active, following = (
        next(entry.kid for entry in key_files.read(folder) if entry.state == state) for state in ("active", "next")
    )
    before = key_files.read(folder)
    for kids in ([active], [following, active]):
        with pytest.raises(Invalid):
            key_files.retire(folder, *kids)
        assert key_files.read(folder) == before, "all or none"
        assert key_loading.load_all(folder, before)


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_new_key_takes_the_place_of_one_that_was_next(folder: Path, is_lost: bool) -> None:
    old = next(entry for entry in key_files.read(folder) if entry.state == "next")
    if is_lost:
        (folder / f"{old.kid}.pem").unlink()
    (made,) = key_files.retire(folder, old.kid, old.kid)
    after = key_files.read(folder)
    assert states(folder) == FIRST and made in after and old not in after
    assert (made.alg, made.state) == (old.alg, "next") and not (folder / f"{old.kid}.pem").exists()
    assert key_loading.load_all(folder, after)


def test_an_unknown_key_cannot_be_taken_out(folder: Path) -> None:
    with pytest.raises(NotFound):
        key_files.retire(folder, "../keys")


class Crash(BaseException):
    """The moment at which the machine stops."""


def test_a_crash_before_the_manifest_is_replaced_leaves_the_folder_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key_files.read(folder)

    def stop(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched, pytest.raises(Crash):
        patched.setattr(os, "replace", stop)
        key_files.rotate(folder)
    assert key_files.read(folder) == before
    assert key_loading.load_all(folder, before)
    key_files.rotate(folder)
    assert states(folder) == sorted([*FIRST, *((alg, "retired") for alg in ALGORITHMS)])


@pytest.mark.parametrize("files", [1, 4, 7])
def test_a_crash_while_the_first_keys_are_written_is_made_good_by_trying_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    left = [files]
    put = key_files._put

    def stop(path: Path, content: bytes) -> None:
        left[0] -= 1
        if left[0] == 0:
            path.write_bytes(content[: len(content) // 2])
            raise Crash
        put(path, content)

    with monkeypatch.context() as patched, pytest.raises(Crash):
        patched.setattr(key_files, "_put", stop)
        key_files.create(tmp_path)
    assert not (tmp_path / MANIFEST).exists()
    assert key_files.create(tmp_path)
    assert key_loading.load_all(tmp_path, key_files.read(tmp_path))


def test_two_who_change_the_folder_at_once_take_turns(folder: Path) -> None:
    threads = [threading.Thread(target=key_files.rotate, args=(folder,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(folder) == sorted([*FIRST, *((alg, "retired") for alg in ALGORITHMS for _ in range(4))])
    assert len({entry.kid for entry in key_files.read(folder)}) == 6 * len(ALGORITHMS)


def _unnamed(folder: Path) -> KeyEntry:
    return key_files.read(folder)[0]


def test_no_folder_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="idp init"):
        key_files.read(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": 1}', '[{"kid": "x"}]', "null", "\xff"])
def test_a_damaged_manifest_is_told(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigurationError, match="damaged"):
        key_files.read(folder)


def test_a_missing_key_file_is_told(folder: Path) -> None:
    entry = _unnamed(folder)
    (folder / f"{entry.kid}.pem").unlink()
    with pytest.raises(ConfigurationError, match="is missing"):
        key_loading.load_all(folder, [entry])


@pytest.mark.parametrize("wrong", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_not_used(folder: Path, wrong: int) -> None:
    entry = _unnamed(folder)
    (folder / f"{entry.kid}.pem").chmod(wrong)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        key_loading.load_all(folder, [entry])


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", b"\xff" * 100])
def test_a_damaged_key_file_is_told(folder: Path, content: bytes) -> None:
    entry = _unnamed(folder)
    (folder / f"{entry.kid}.pem").write_bytes(content)
    with pytest.raises(ConfigurationError, match="damaged"):
        key_loading.load_all(folder, [entry])


def test_a_key_file_that_holds_another_key_is_not_used(folder: Path) -> None:
    first, second, *_ = key_files.read(folder)
    shutil.copy(folder / f"{first.kid}.pem", folder / f"{second.kid}.pem")
    with pytest.raises(ConfigurationError, match="damaged"):
        key_loading.load_all(folder, [second])


def test_no_error_shows_key_material(folder: Path) -> None:
    entry = _unnamed(folder)
    path = folder / f"{entry.kid}.pem"
    pem = path.read_text()
    path.write_text(pem.replace("A", "B", 3))
    with pytest.raises(ConfigurationError) as error:
        key_loading.load_all(folder, [entry])
    assert pem.splitlines()[1][:20] not in str(error.value)


def test_the_manifest_says_nothing_secret(folder: Path) -> None:
    for entry in json.loads((folder / MANIFEST).read_text()):
        assert entry.keys() == {"kid", "alg", "state", "created_at", "retired_at"}
