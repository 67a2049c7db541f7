"""What can be done is written down: commands, settings, targets, parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic_core import PydanticUndefined

from idp import __version__, cli
from idp.config import Config
from idp.opaque import Kind
from idp.reach import Reach
from idp.setting_files import SECRETS

ROOT = Path(__file__).resolve().parents[1]


def text(name: str) -> str:
    """A document of the checkout."""
    path = ROOT / name
    assert path.exists(), f"there is no {name}"
    return path.read_text()


def _commands(group: click.Group, path: str = "idp") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(_commands(cli.idp))
OPTIONS = sorted({
    (name, option)
    for name, command in COMMANDS.items()
    for parameter in command.params if isinstance(parameter, click.Option)
    for option in [*parameter.opts, *parameter.secondary_opts]
})  # fmt: skip
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_prefix_of_a_handle_is_named() -> None:
    (named,) = re.findall(r"Prefixes \(([^)]+)\)", text("ARCHITECTURE.md"))
    assert set(re.findall(r"`(\w+)_`", named)) == set(Kind)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    *group, verb = command.split()
    # written out, or as one of several after its group: `idp user list | show NAME`
    pattern = rf"{' '.join(group)} [^\n]*\b{re.escape(verb)}\b"
    assert re.search(pattern, text("README.md")), command


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_every_option_is_in_the_readme(command: str, option: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text("README.md")), f"{command} {option}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    assert COMMANDS[command].help, f"{command} is missing its help"


@pytest.mark.parametrize("field", Config.model_fields)
def test_every_setting_is_in_the_readme_with_its_default(field: str) -> None:
    variable = f"IDP_{field.upper()}"
    lines = [line for line in text("README.md").splitlines() if f"`{variable}`" in line]
    assert lines, variable
    default = Config.model_fields[field].default
    if default in ("", (), None, False, Reach(), PydanticUndefined):
        return
    shown = {str(default), f"./{default}"}
    assert any(f"`{each}`" in line for each in shown for line in lines), f"{variable} = {default}"


@pytest.mark.parametrize("field", Config.model_fields)
def test_every_setting_is_explained_where_it_is(field: str) -> None:
    source = text("idp/config.py")
    found = re.search(rf'^    {field}: [^\n]*\n    """[A-Z`][^"]+\."""', source, re.MULTILINE)
    assert found, field


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_in_files_are_in_the_readme(secret: str) -> None:
    assert re.search(rf"IDP_{secret.upper()}_FILE|IDP_X_FILE|_FILE`", text("README.md"))


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_is_in_the_readme(target: str) -> None:
    assert re.search(rf"\bmake {target}\b", text("README.md")), target


def test_every_make_target_is_explained() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(TARGETS)


def test_the_changelog_has_this_version() -> None:
    assert re.search(rf"^## \[?{re.escape(__version__)}\b", text("CHANGELOG.md"), re.MULTILINE)


@pytest.mark.parametrize(
    "package",
    sorted({path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "idp").rglob("__init__.py")} - {"idp"}),
)
def test_the_architecture_names_every_package(package: str) -> None:
    name = package.removeprefix("idp/")
    wanted = rf"\b{re.escape(name)}/" if "/" not in name else rf"\b{re.escape(name.rpartition('/')[2])}\b"
    assert re.search(wanted, text("ARCHITECTURE.md")), package


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "keys/README.md"])
def test_links_inside_the_documents_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#][^)]*)\)", text(name)):
        if "://" not in target and not target.startswith("mailto:"):
            assert (ROOT / name).parent.joinpath(target.partition("#")[0]).exists(), f"{name}: {target}"


# `idp user add`; where a sentence is put together, `{PROGRAM} user add` or `program ~ " user add`
NAMED = r"""(?<!from )(?:\bidp|\{PROGRAM\}|program(?: \}\}| ~ ")) ([a-z-]+) ([a-z-]+)\b"""


def test_commands_that_sentences_name_exist() -> None:
    """Errors, pages and documents tell people what to type; it has to be there."""
    sources = [*(ROOT / "idp").rglob("*.py"), *(ROOT / "templates").rglob("*.html"), ROOT / "README.md"]
    groups = {name for name, command in cli.idp.commands.items() if isinstance(command, click.Group)}
    named = " ".join(source.read_text() for source in sources)
    assert {("user", "list"), ("client", "rotate-secret"), ("user", "add")} <= set(re.findall(NAMED, named))
    for source in sources:
        for first, second in re.findall(NAMED, source.read_text()):
            if first in groups:
                assert f"idp {first} {second}" in COMMANDS or second in ("add", "is", "and", "or"), (
                    source.name,
                    first,
                    second,
                )
