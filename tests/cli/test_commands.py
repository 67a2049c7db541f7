"""What all commands have in common: help, exit codes, errors as one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from idp import __version__, cli
from tests.cli.conftest import Cli

PROMISED = {
    "init", "serve", "setup-link", "audit",
    "user add", "user list", "user show", "user set", "user disable", "user enable", "user delete",
    "group add", "group list", "group delete", "group grant", "group revoke",
    "client add", "client list", "client show", "client set", "client rotate-secret", "client delete",
    "client presets", "client sheet",
    "key list", "key rotate", "key retire",
}  # fmt: skip
WITH_JSON = {
    "audit", "user add", "user list", "user show", "group add", "group list", "client add", "client list", "client show",
    "client rotate-secret", "client presets", "client sheet", "key list", "key rotate", "setup-link",
    "invitation add", "invitation list",
}  # fmt: skip


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(_commands(cli.idp))


def test_every_promised_command_is_there() -> None:
    assert COMMANDS.keys() >= PROMISED


@pytest.mark.parametrize("name", [*COMMANDS, "", "user", "group", "client", "key"])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(idp: Cli, name: str, option: str) -> None:
    done = idp(*name.split(), option)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: ")
    assert len(done.out.splitlines()) > 3


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_every_command_explains_itself(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert command.help.split("\n\n")[0].rstrip().endswith(".")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]}"


@pytest.mark.parametrize("name", sorted(WITH_JSON))
def test_every_command_that_answers_with_data_takes_json(name: str) -> None:
    assert any("--json" in parameter.opts for parameter in COMMANDS[name].params)


def test_the_version_can_be_asked(idp: Cli) -> None:
    assert __version__ in idp("--version").out


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["user"], ["user", "nonsense"], ["user", "add"], ["user", "add", "ada"], ["user", "show"],
     ["user", "list", "--nonsense"], ["user", "list", "extra"], ["group", "grant", "family"], ["client", "add"],
     ["client", "add", "X", "--auth-method", "magic"], ["client", "add", "X", "--pkce", "maybe"],
     ["client", "set", "x", "--id-token-alg", "none"], ["key", "retire"], ["audit", "--since", "yesterday"],
     ["init", "extra"], ["serve", "--port", "1"], ["--nonsense"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_told_on_standard_error_and_exits_with_2(idp: Cli, arguments: list[str]) -> None:
    done = idp(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("Usage: ")


@pytest.mark.parametrize(
    "arguments",
    [["user", "show", "nobody"], ["user", "set", "nobody", "--email", "a@b.c"], ["user", "disable", "nobody"],
     ["user", "enable", "nobody"], ["user", "delete", "nobody", "--yes"], ["user", "add", "Ada", "--email", "a@b.cd"],
     ["user", "add", "ada", "--email", "a@b.cd", "--group", "nobody"], ["group", "delete", "nobody"],
     ["group", "grant", "nobody", "ada"], ["group", "revoke", "nobody", "ada"], ["group", "add", "a,b"],
     ["client", "show", "nobody"], ["client", "set", "nobody", "--name", "X"], ["client", "rotate-secret", "nobody"],
     ["client", "delete", "nobody", "--yes"], ["client", "add", "X"], ["key", "retire", "nobody"],
     ["client", "add", "X", "--redirect-uri", "javascript:alert(1)"]],
    ids=" ".join,
)  # fmt: skip
def test_what_is_refused_is_told_in_one_sentence_and_exits_with_1(idp: Cli, arguments: list[str]) -> None:
    done = idp(*arguments)
    assert done.code == 1
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert done.err.rstrip().endswith((".", "add nobody", "list", "rotate", "presets x"))
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", [["user", "show"], ["group", "delete"], ["client", "show"], ["key", "retire"]])
@pytest.mark.parametrize("name", ["\udcff", "\udcc3x", "x" * 10_000, "\u202e", "", "'", "%", "\n"], ids=ascii)
def test_a_name_that_nobody_can_have_is_no_crash(idp: Cli, command: list[str], name: str) -> None:
    done = idp(*command, name)
    assert done.code in (1, 2)
    assert done.err


@pytest.mark.parametrize("name", ["\udcff", "a\nb", "\u202e", ""], ids=ascii)
def test_nothing_gets_a_name_that_cannot_be_shown(idp: Cli, name: str) -> None:
    for arguments in (
        ["client", "add", name, "--redirect-uri", "https://a.example/"],
        ["group", "add", name],
        ["user", "add", name, "--email", "a@example.org"],
        ["user", "add", "ada", "--email", "a@example.org", "--display-name", name or "\n"],
        ["user", "add", "ada", "--email", f"{name}@example.org"],
    ):
        done = idp(*arguments)
        assert done.code == 1, arguments
        assert len(done.err.splitlines()) == 1


def test_settings_that_are_wrong_are_all_told(idp: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_ISSUER", "nowhere")
    monkeypatch.setenv("IDP_WORKERS", "many")
    done = idp("user", "list")
    assert done.code == 1
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["IDP_ISSUER", "IDP_WORKERS"]


@pytest.mark.parametrize("name", sorted(PROMISED - {"init", "serve", "client presets"}))
def test_no_command_makes_a_database_on_the_way(
    idp: Cli, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDP_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/foyer.sqlite")
    needed = {
        "user add": ["ada", "--email", "a@b.cd"], "user set": ["ada", "--admin"], "group grant": ["g", "u"],
        "group revoke": ["g", "u"], "client add": ["X", "--redirect-uri", "https://a.example/"],
        "client set": ["x", "--name", "Y"],
    }  # fmt: skip
    takes_a_name = any(isinstance(parameter, click.Argument) for parameter in COMMANDS[name].params)
    done = idp(*name.split(), *needed.get(name, ["x"] if takes_a_name else []))
    assert done.code == 1
    assert "idp init" in done.err
    assert not (tmp_path / "nowhere").exists()
    assert os.listdir(tmp_path) == []
