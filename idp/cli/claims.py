"""The options by which commands set and take away custom claims, and how they show them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import click

from idp.custom_claims import rules
from idp.errors import Invalid

_OPTIONS = (
    click.option("--claim", "claims", multiple=True, metavar="NAME=VALUE",
                 help="A custom claim that is a text; may be given several times."),
    click.option("--claim-json", "json_claims", multiple=True, metavar="NAME=JSON",
                 help="A custom claim that is a number, true or false, a list or an object."),
    click.option("--remove-claim", "removed_claims", multiple=True, metavar="NAME", help="Take a custom claim away."),
)  # fmt: skip


def options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that set and remove custom claims."""
    return options_of_new(_OPTIONS[2](command))


def options_of_new(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command for something new the options that set custom claims."""
    return _OPTIONS[0](_OPTIONS[1](command))


def wanted(options: dict[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Take the options out, and put `claims` as they should be in a dict of their own, empty where none of them was given.

    Raises Invalid and BadParameter.
    """
    texts, in_json = options.pop("claims"), options.pop("json_claims")
    removed: tuple[str, ...] = options.pop("removed_claims", ())
    if not (texts or in_json or removed):
        return {}
    given = [(rules.TEXT, *_parts("--claim", each)) for each in texts]
    given += [(rules.JSON, *_parts("--claim-json", each)) for each in in_json]
    names = [*(name for _, name, _ in given), *removed]
    problems = {f"claims.{name}": f"There is no custom claim {name}." for name in removed if name not in now}
    problems |= {f"claims.{name}": f"{name} is given twice." for name in names if names.count(name) > 1}
    claims = {name: value for name, value in now.items() if name not in removed}
    for kind, name, text in given:
        try:
            claims[name] = rules.read(kind, text)
        except ValueError as wrong:
            problems[f"claims.{name}"] = f"{name}: {wrong}"
    if problems:
        raise Invalid(**problems)
    return {"claims": claims}


def described(claims: Mapping[str, Any]) -> list[str]:
    """One line a claim, for a person; as JSON, so that 5 and "5" are told apart."""
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in claims.items()]


def _parts(option: str, given: str) -> tuple[str, str]:
    name, found, text = given.partition("=")
    if not found:
        raise click.BadParameter(f"Write NAME=VALUE, for example {option} immich_role=admin.", param_hint=option)
    return name.strip(), text
