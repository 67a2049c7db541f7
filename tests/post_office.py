"""`PostOffice`: a real mail server on this machine that keeps what it is brought."""

from __future__ import annotations

import email
import email.policy
import ipaddress
import re
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.server import free_port

LOGIN = ("foyer@example.org", "p@ss/w:rd%")
PATIENCE = 30.0  # seconds; test machines are busy


def certificate(folder: Path) -> Path:
    """A certificate for this machine with its key, in one PEM file; it also serves as the authority that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post office of the tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "post-office.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class PostOffice:
    """One mail server; `answer` may be set to what it says to a mail in place of taking it."""

    def __init__(self, security: str = "smtp", *, pem: Path | None = None, login: bool = False) -> None:
        self.security, self.login = security, login
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.answer: Callable[[Envelope], str | None] = lambda envelope: None
        options: dict[str, Any] = {"port": self.port, "hostname": "127.0.0.1"}
        if pem is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            options["ssl_context" if security == "smtps" else "tls_context"] = context
        if login:
            options |= {"authenticator": self._check, "auth_required": True, "auth_require_tls": security != "smtps"}
        self._options = options
        self._controller: Controller | None = None

    def _check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login.decode(), data.password.decode()) == LOGIN, handled=False)

    def url(self, login: str = "") -> str:
        """Where it is, as IDP_SMTP_URL says it."""
        return f"{self.security}://{login}127.0.0.1:{self.port}"

    def start(self) -> PostOffice:
        """Open the doors."""
        self._controller = Controller(self, **self._options)  # a stopped one can't be started again
        self._controller.start()
        return self

    def stop(self) -> None:
        """Close the doors; the mails stay."""
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Take a mail, or say why not."""
        if refusal := self.answer(envelope):
            return refusal
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        assert [str(mail["To"])] == envelope.rcpt_tos
        self.mails.append(mail)
        return "250 Taken"

    def to(self, address: str, subject: str = "") -> list[EmailMessage]:
        """The mails that have come for an address so far."""
        return [mail for mail in list(self.mails) if mail["To"] == address and subject in mail["Subject"]]

    def wait_for(self, address: str, subject: str = "", count: int = 1) -> list[EmailMessage]:
        """The mails for an address, once there are so many."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self.to(address, subject)) < count:
            assert time.monotonic() < deadline, [(mail["To"], mail["Subject"]) for mail in self.mails]
            time.sleep(0.05)
        return found


def words(mail: EmailMessage) -> str:
    """What a mail says."""
    content = mail.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def link_in(mail: EmailMessage) -> str:
    """The sign-in link that a mail carries."""
    (link,) = re.findall(r"^(https?://\S+/sign-in\?link=li_\S+)$", words(mail), re.MULTILINE)
    return str(link)
