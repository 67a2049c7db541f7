"""Finding presets: by name, by a word, for a client; nothing is read before somebody asks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from idp import presets
from idp.errors import NotFound
from tests.server import ROOT


def test_a_preset_is_found_by_its_name() -> None:
    assert presets.get("grafana").name == "Grafana"
    assert presets.get("grafana") is presets.get("grafana"), "read once"


def test_a_name_in_other_letters_is_none_and_told_with_the_one_meant() -> None:
    with pytest.raises(NotFound, match=r"Did you mean grafana\?"):
        presets.get("Grafana")


@pytest.mark.parametrize("name", ["", "nonsense", "../presets/grafana", "grafana.toml", "/etc/passwd", "\0"])
def test_nothing_else_is(name: str) -> None:
    with pytest.raises(NotFound, match="idp client presets"):
        presets.get(name)


@pytest.mark.parametrize(
    ("words", "found"),
    [("jellyfin", {"jellyfin-sso", "jellyfin-2fa"}), ("JELLYFIN security", {"jellyfin-2fa"}), ("hoarder", {"karakeep"}),
     ("radarr", {"sonarr"}), ("flowfin", {"jellyfin-sso"}), ("nothing-by-that-name", set())],
)  # fmt: skip
def test_words_find_presets_by_any_of_their_names(words: str, found: set[str]) -> None:
    assert {preset.id for preset in presets.search(words)} == found


def test_without_a_word_all_are_listed_by_the_application_s_name_and_the_general_ones_last() -> None:
    found = presets.search()
    assert len(found) == len(presets.ids())
    assert [preset.category for preset in found[-2:]] == ["generic", "generic"]
    names = [preset.name.casefold() for preset in found[:-2]]
    assert names == sorted(names)


def test_a_client_without_a_preset_gets_the_general_one() -> None:
    assert presets.of_client(None, public=False).id == "generic-web"
    assert presets.of_client("gone-since", public=True).id == "generic-spa"
    assert presets.of_client("grafana", public=False).id == "grafana"


def test_nothing_is_read_when_the_server_or_a_command_starts() -> None:
    program = "import idp.app, idp.cli, idp.presets as p; print(p._read.cache_info().misses, p.ids.cache_info().misses)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0"]
