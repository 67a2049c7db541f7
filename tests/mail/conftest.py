"""Mail switched on in this process, with nobody to take it unless a test asks for a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from idp import mail, mail_account
from idp.mail_account import MailAccount

ISSUER = "https://id.example.org"


@pytest.fixture
def account(storage: None) -> Iterator[MailAccount]:
    """Mail is on."""
    found = mail_account.parse("smtp://127.0.0.1:1", "id@example.org", name="Foyer", issuer=ISSUER)
    mail.use(found)
    yield found
    mail.use(None)
