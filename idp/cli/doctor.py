"""`idp doctor`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import sys

import click

from idp import doctor as physician
from idp.called import as_called
from idp.cli.output import as_json, opened, show_json
from idp.doctor import Finding

_SIGNS = {physician.FINE: "ok  ", physician.NOTE: "note", physician.BAD: "BAD "}


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Look for what is wrong, and say how to mend it.

    Looks at configuration, database, keys, clock, proxy and backup; exits with 1 when something has to be mended.
    """
    findings = list(physician.look(opened()))
    if as_json:
        show_json([_described(finding) for finding in findings])
    else:
        for finding in findings:
            click.echo(as_called(f"{_SIGNS[finding.state]}  {finding.subject}: {finding.says}"))
            if finding.mend:
                click.echo(as_called(f"      {finding.mend}"))
    if any(finding.state == physician.BAD for finding in findings):
        sys.exit(1)


def _described(finding: Finding) -> dict[str, str | None]:
    return {name: as_called(text) if text else text for name, text in finding.to_json().items()}


COMMANDS = (doctor,)
