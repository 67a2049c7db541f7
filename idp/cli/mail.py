"""`idp mail`: trying out whether mail goes out."""

from __future__ import annotations

import click

from idp import clock, opaque
from idp.cli.output import opened
from idp.errors import FoyerError
from idp.mail import delivery, message, words


@click.group()
def mail() -> None:
    """Try out the settings for outgoing mail."""


@mail.command()
@click.option("--to", required=True, metavar="ADDRESS", help="Where to send the mail.")
def test(to: str) -> None:
    """Send a mail at once, and say what was wrong if it doesn't go out."""
    account = opened().mail
    if account is None:
        raise FoyerError("No mail server is set. Set IDP_SMTP_URL and IDP_MAIL_FROM; the README has the table.")
    subject, text = words.of_test(account)
    try:
        composed = message.compose(
            subject, text, to=to, message_id=opaque.identifier(), at=clock.now(), account=account
        )
    except ValueError:
        raise FoyerError(f"{to} is not an e-mail address such as ada@example.org.") from None
    try:
        with delivery.connection(account) as server:
            delivery.send(server, composed)
    except OSError as error:
        raise FoyerError(delivery.explain(error, account)) from None
    click.echo(f"{account.host}:{account.port} took a mail to {to} from {account.sender.addr_spec}.")


COMMANDS = (mail,)
