"""How the world gets here: the issuer's address from outside, what the proxy in front passes on, and the cookies."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from typing import IO, Any

from idp import clock
from idp.config import Config
from idp.doctor.finding import BAD, FINE, NOTE, Finding, Run
from idp.storage import links
from idp.storage.database import transaction

PATIENCE = 5  # seconds for one answer
LONGEST_ANSWER = 65_536  # bytes
PROBE_LIFETIME = 60  # seconds


class _Redirected(Exception):
    """The address leads somewhere else."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        raise _Redirected(newurl)


def look(config: Config, run: Run) -> Iterator[Finding]:
    """Every finding about how this provider is reached."""
    yield _encryption(config)
    issuer = _issuer(config, run)
    yield issuer
    if issuer.state != BAD:
        yield _forwarded(config, run)


def _encryption(config: Config) -> Finding:
    if config.secure:
        return Finding("Encryption", FINE, "People reach this provider over https.")
    if config.allow_http:
        return Finding(
            "Encryption", BAD, "Passwords cross the network readable: the issuer is http.",
            "Put a reverse proxy with https in front (Caddy gets the certificate by itself), and change IDP_ISSUER.",
        )  # fmt: skip
    return Finding("Encryption", NOTE, "The issuer is this machine only; nobody else can sign in.",
                   "For others, set IDP_ISSUER to the https address they use.")  # fmt: skip


def _issuer(config: Config, run: Run) -> Finding:
    subject = f"Reached at {config.issuer}"
    try:
        found = run(lambda: _get(f"{config.issuer}/.well-known/openid-configuration"))
    except _Redirected as elsewhere:
        return Finding(subject, BAD, f"That address leads on to {elsewhere}.",
                       "Set IDP_ISSUER to the address that people end up at, or take the redirect out of the proxy.")  # fmt: skip
    except urllib.error.HTTPError as refused:
        return Finding(subject, BAD, f"Something answers there, but with the status {refused.code}.",
                       "Let the reverse proxy pass everything on to " + config.bind + ", with the Host header unchanged.")  # fmt: skip
    except (OSError, http.client.HTTPException) as wrong:
        return Finding(subject, BAD, f"Nothing answers there: {_reason(wrong)}", _what_to_do(wrong, config))
    except ValueError:
        return Finding(subject, BAD, "Something else answers there.", "Check what the reverse proxy passes on.")
    if found.get("issuer") != config.issuer:
        return Finding(subject, BAD, f"Another provider answers there: {found.get('issuer')}.",
                       "Check IDP_ISSUER, and what the reverse proxy passes on.")  # fmt: skip
    return Finding(subject, FINE, "It answers, and it is this provider.")


def _forwarded(config: Config, run: Run) -> Finding:
    subject = "Visitors' addresses"
    with transaction():
        handle = links.add(links.PROBE, PROBE_LIFETIME, clock.now())
    try:
        seen = run(lambda: _get(f"{config.issuer}/health?probe={handle}"))
        peer, forwarded, trusted = str(seen["peer"]), list(seen["forwarded"]), bool(seen["trusted"])
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException, _Redirected):
        return Finding(subject, NOTE, "It couldn't be found out how they arrive.", "Is another version running?")
    if forwarded and not trusted:
        return Finding(subject, BAD, f"The proxy at {peer} says who visits, but isn't believed: all seem to come from it.",
                       f"Set IDP_TRUSTED_PROXIES={peer}, then restart.")  # fmt: skip
    if config.secure and not forwarded:
        return Finding(subject, BAD, f"All visitors seem to come from {peer}: ten wrong passwords of one lock out all.",
                       "Let the reverse proxy send X-Forwarded-For. Caddy and Traefik do by themselves; for nginx: "
                       "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;")  # fmt: skip
    return Finding(subject, FINE, "They arrive as they are.")


def _get(url: str) -> dict[str, Any]:
    with urllib.request.build_opener(_NoRedirects).open(url, timeout=PATIENCE) as answer:
        found = json.loads(answer.read(LONGEST_ANSWER))
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _reason(wrong: BaseException) -> str:
    inner = wrong.reason if isinstance(wrong, urllib.error.URLError) else wrong
    return str(inner) or type(inner).__name__


def _what_to_do(wrong: BaseException, config: Config) -> str:
    inner = wrong.reason if isinstance(wrong, urllib.error.URLError) else wrong
    if isinstance(inner, ssl.SSLError):
        return "The certificate isn't good for this name, or this machine doesn't know who issued it."
    return f"Is the server running (idp serve), and does {config.host} lead to this machine and the proxy on it?"
