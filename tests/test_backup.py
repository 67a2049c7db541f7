"""Backup files: a damaged one is never taken for a whole one, and what can't be restored changes nothing."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from idp import backup
from idp.errors import Invalid
from idp.oidc import key_files, key_loading
from idp.storage import settings
from idp.storage.models import User
from tests import given

PICTURE = f"{'0a' * 16}.png"


@dataclass(frozen=True)
class House:
    """Where keys and pictures are."""

    keys_dir: Path
    data_dir: Path

    def files(self) -> dict[str, bytes]:
        """All files, those included that nobody should leave behind; locks aside."""
        found = [path for folder in (self.keys_dir, self.data_dir) for path in folder.rglob("*")]
        return {str(path): path.read_bytes() for path in found if path.is_file() and path.name != ".lock"}

    def write(self, path: Path) -> Path:
        """A backup of it."""
        backup.write(path, keys_dir=self.keys_dir, data_dir=self.data_dir)
        return path

    def restore(self, path: Path) -> None:
        """Put a backup in the place of what is there."""
        backup.restore(path, keys_dir=self.keys_dir, data_dir=self.data_dir)


def _house(folder: Path) -> House:
    made = House(folder / "keys", folder / "data")
    key_files.create(made.keys_dir)
    (made.data_dir / "pictures").mkdir(parents=True)
    return made


@pytest.fixture
def written(storage: None, tmp_path: Path) -> Path:
    """A small backup, with Ada and her picture."""
    house = _house(tmp_path / "first")
    (house.data_dir / "pictures" / PICTURE).write_bytes(b"pixels")
    given.user("ada")
    return house.write(tmp_path / "backup")


@pytest.fixture
def other(written: Path, tmp_path: Path) -> House:
    """Another house, with keys of its own; its tables have Grace and not Ada."""
    User.delete().execute()
    given.user("grace")
    return _house(tmp_path / "second")


def remade(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Write an archive anew, whole, with each file in it changed or, for None, left out."""
    with tarfile.open(path) as tar:
        found = [(name, tar.extractfile(name)) for name in tar.getnames()]
        contents = [(name, file.read()) for name, file in found if file]
    with tarfile.open(path, "w:gz") as tar:
        for name, content in contents:
            if (new := change(name, content)) is not None:
                member = tarfile.TarInfo(name)
                member.size = len(new)
                tar.addfile(member, io.BytesIO(new))


def test_a_backup_with_any_byte_changed_is_no_whole_one(written: Path, tmp_path: Path) -> None:
    whole, damaged = written.read_bytes(), tmp_path / "damaged"
    for at in range(len(whole)):
        content = bytearray(whole)
        content[at] ^= 1 << at % 8
        damaged.write_bytes(content)
        try:
            backup.check(damaged)
        except Invalid:
            continue
        # Nothing depends on some bytes, such as the time in the head, and some things can be packed in two ways.
        assert gzip.decompress(content) == gzip.decompress(whole), f"byte {at}"


def test_a_backup_cut_off_anywhere_is_no_whole_one(written: Path, tmp_path: Path) -> None:
    whole, cut = written.read_bytes(), tmp_path / "cut"
    for length in [*range(0, len(whole), 101), *range(len(whole) - 20, len(whole))]:
        cut.write_bytes(whole[:length])
        with pytest.raises(Invalid, match="not a whole backup"):
            backup.check(cut)


def test_a_restore_brings_rows_keys_and_pictures_and_leaves_nothing_unfinished(written: Path, other: House) -> None:
    other.restore(written)
    assert [user.username for user in User.select()] == ["ada"]
    first = written.parent / "first"
    here = {path.removeprefix(str(other.keys_dir.parent)): content for path, content in other.files().items()}
    there = House(first / "keys", first / "data").files()
    assert here == {path.removeprefix(str(first)): content for path, content in there.items()}


@pytest.mark.parametrize("in_the_way", ["data/pictures", f"data/pictures/{PICTURE}.new", "keys/keys.json.unfinished"])
def test_where_keys_or_pictures_find_no_room_nothing_is_changed(written: Path, other: House, in_the_way: str) -> None:
    place = other.keys_dir.parent / in_the_way
    if place.is_dir():
        place.rmdir()
        place.touch()
    else:
        place.mkdir()
    before = other.files()
    with pytest.raises(Invalid, match="nothing was changed"):
        other.restore(written)
    assert [user.username for user in User.select()] == ["grace"]
    assert other.files() == before


def _twice(name: str, content: bytes) -> bytes:
    return content * 2 if name == "tables/users.jsonl" else content


def _without_names(name: str, content: bytes) -> bytes:
    return json.dumps({"id": 1}).encode() if name == "tables/users.jsonl" else content


def _without_keys(name: str, content: bytes) -> bytes | None:
    return None if name.startswith("keys/") else content


@pytest.mark.parametrize("change", [_twice, _without_names, _without_keys])
def test_a_whole_archive_whose_parts_do_not_fit_changes_nothing(
    written: Path, other: House, change: Callable[[str, bytes], bytes | None]
) -> None:
    remade(written, change)
    before = other.files()
    with pytest.raises(Invalid, match="nothing was changed"):
        other.restore(written)
    assert [user.username for user in User.select()] == ["grace"]
    assert other.files() == before


Meanwhile = Callable[[str, Callable[[], object]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """`meanwhile(ending, do)`: do something, once, just before a file with that ending is read."""
    read = Path.read_bytes

    def set_up(ending: str, do: Callable[[], object]) -> None:
        waiting = [do]

        def slowly(path: Path) -> bytes:
            if waiting and path.name.endswith(ending):
                waiting.pop()()
            return read(path)

        monkeypatch.setattr(Path, "read_bytes", slowly)

    return set_up


def _names(path: Path, folder: str) -> set[str]:
    with tarfile.open(path) as tar:
        return {name.removeprefix(folder) for name in tar.getnames() if name.startswith(folder)}


def test_keys_that_are_rotated_or_retired_meanwhile_are_backed_up_as_they_fit_together(
    written: Path, other: House, meanwhile: Meanwhile, tmp_path: Path
) -> None:
    def change() -> None:
        key_files.rotate(other.keys_dir)
        for entry in key_files.read(other.keys_dir):
            if entry.state == "retired":
                key_files.retire(other.keys_dir, entry.kid)

    meanwhile(".pem", change)
    names = _names(other.write(tmp_path / "during"), "keys/")
    assert names == {"keys.json", *(f"{entry.kid}.pem" for entry in key_files.read(other.keys_dir))}
    other.restore(tmp_path / "during")
    for entry in key_files.read(other.keys_dir):
        key_loading.load(other.keys_dir, entry)


def test_a_picture_that_is_added_or_removed_meanwhile_does_not_stop_a_backup(
    written: Path, other: House, meanwhile: Meanwhile, tmp_path: Path
) -> None:
    folder = other.data_dir / "pictures"
    gone, kept, half = (folder / f"{digit * 32}.{kind}" for digit, kind in (("b", "png"), ("a", "jpg"), ("c", "new")))
    for path in (gone, kept, half):
        path.write_bytes(b"pixels")
    meanwhile(kept.name, gone.unlink)
    assert _names(other.write(tmp_path / "during"), "pictures/") == {kept.name}


def test_after_a_restore_the_last_backup_is_the_one_that_came_back(written: Path, other: House) -> None:
    other.restore(written)
    assert settings.number(settings.BACKED_UP_AT) == backup.check(written)
