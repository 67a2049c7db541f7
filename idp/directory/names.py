"""What user names, group names, e-mail addresses and names for display may look like.

Applications hang accounts on `preferred_username`, so it is made for the strictest of them and never given out twice.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# A letter first, then what Headscale, Proxmox and Jellyfin all take; two characters is Headscale's least.
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_GROUP = re.compile(r"[^\s,|;:\\/\"'<>]([^,|;:\\/\"'<>]{0,62}[^\s,|;:\\/\"'<>])?")
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
# Accounts that applications and systems have from the start; many hand an account to whoever comes with its name.
_OF_WHO_RUNS_IT = frozenset((
    "abuse", "admin", "administrator", "daemon", "hostmaster", "moderator", "nobody", "operator", "owner",
    "postmaster", "root", "security", "service", "superadmin", "superuser", "support", "sysadmin", "system", "webmaster",
))  # fmt: skip
LONGEST_DISPLAY_NAME = 100  # characters
# Letters and marks that show nothing, though their categories are those of others that do.
UNSEEN = frozenset({0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, *range(0xFE00, 0xFE10),
                    *range(0xE0100, 0xE01F0)})  # fmt: skip


def username_problem(username: str) -> str | None:
    """The sentence that says why a user name can't be taken, or None."""
    if _USERNAME.fullmatch(username):
        return None
    return (
        "A user name has 2 to 32 characters: a lower case letter first, then lower case letters, digits, "
        "dots, underscores or hyphens. Applications recognise people by it, so it never changes."
    )


def guest_problem(username: str) -> str | None:
    """The sentence that says why nobody can give themselves a user name, or None; administrators can give it."""
    if username in _OF_WHO_RUNS_IT:
        return "Applications keep this name for whoever runs them. Choose another one."
    return None


def group_problem(name: str) -> str | None:
    """The sentence that says why a group name can't be taken, or None."""
    if _GROUP.fullmatch(name) and is_printable(name):
        return None
    return (
        "A group name has 1 to 64 characters and no comma, semicolon, colon, slash, quote, bar or angle bracket, "
        "as applications split lists of groups at those."
    )


def email_problem(email: str) -> str | None:
    """The sentence that says why an e-mail address can't be taken, or None."""
    if len(email) <= 254 and _EMAIL.fullmatch(email):
        return None
    return "This doesn't look like an e-mail address such as ada@example.org."


def display_name_problem(name: str) -> str | None:
    """The sentence that says why a name for display can't be taken, or None."""
    if len(name) <= LONGEST_DISPLAY_NAME and is_printable(name) and name == name.strip() and alike(name):
        return None
    return f"A name has 1 to {LONGEST_DISPLAY_NAME} characters that can be seen, and no blank before or behind it."


@lru_cache(maxsize=4_096)
def alike(name: str) -> str:
    """What names are compared by: those that differ only in case, in blanks and in what can't be seen are the same."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(each for each in text if not each.isspace() and ord(each) not in UNSEEN and is_printable(each))


def as_applications_match(group: str) -> str:
    """What groups are compared by: many applications look for their groups without regard to case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", group).casefold())


def is_printable(text: str) -> bool:
    """Whether a text has no control, formatting or half characters, which could reorder or hide what pages show."""
    return not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text)
