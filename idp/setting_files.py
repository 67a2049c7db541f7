"""Files that settings stand in: `idp.toml`, and those that hold one secret value each."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

PREFIX = "IDP_"
FILE = Path("idp.toml")
SECRETS = ("database_url", "smtp_url")  # may be given as IDP_X_FILE, the path of a file that holds the value


def from_toml(problems: list[str]) -> dict[str, Any]:
    """What `idp.toml` says, if there is one; a sentence is added to the problems when it can't be read."""
    try:
        return tomllib.loads(FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as wrong:
        problems.append(
            f'{FILE}: can\'t be read: {wrong}. Text needs quotation marks, such as issuer = "https://id.example.org"'
        )
    except (OSError, UnicodeDecodeError) as wrong:
        problems.append(f"{FILE}: can't be read: {wrong}")
    return {}


def from_secret_files(problems: list[str]) -> dict[str, str]:
    """The values that files hold whose paths the environment names; a sentence is added for each that can't be read."""
    found = {}
    for name in SECRETS:
        variable = f"{PREFIX}{name.upper()}_FILE"
        if path := os.environ.get(variable):
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as wrong:
                problems.append(f"{variable}: can't be read: {wrong}")
    return found
