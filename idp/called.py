"""How this program was called, so that the commands it advises work where they are typed.

Sentences name commands as `…: idp backup FILE`; whoever shows one puts it through `as_called`, or `in_public`.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

NAME = "idp"


def program(called: str) -> str:
    """What to type for the program that was called like this: its name alone where that leads to it."""
    path = Path(called)
    if path.parts[-2:] == (NAME, "__main__.py"):  # python -m idp
        return f"{shlex.quote(sys.executable)} -m {NAME}"
    found = shutil.which(NAME)
    if path.name != NAME or len(path.parts) == 1 or (found and Path(found).resolve() == path.resolve()):
        return NAME
    # Settings and data are looked for in the working folder, so that is where commands are typed too. Some shells make what
    # they start absolute (bash's exec).
    try:
        typed = path.relative_to(Path.cwd())
    except (ValueError, FileNotFoundError):  # it lies elsewhere, or somebody has deleted the working folder
        typed = path
    return shlex.quote(str(typed))


def public(program: str) -> str:
    """The same for pages that everybody may open: strangers needn't know in which folder this is installed.

    A way up tells of other folders, too; one down from here is what `make run` needs.
    """
    return NAME if program.lstrip("'").startswith("/") or ".." in program else program


PROGRAM = program(sys.argv[0])
PUBLIC = public(PROGRAM)


def as_called(sentence: str) -> str:
    """A sentence with the command that it advises as it is called here."""
    return sentence.replace(f": {NAME} ", f": {PROGRAM} ")


def in_public(sentence: str) -> str:
    """The same for pages that everybody may open."""
    return sentence.replace(f": {NAME} ", f": {PUBLIC} ")
