"""How the world gets here: the issuer's address from outside, what the proxy in front passes on, and the cookies."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any

from idp import clock, endpoints, listening, own_address
from idp.config import Config
from idp.doctor.finding import BAD, FINE, NOTE, Finding, Run
from idp.own_address import CERTIFICATE, REDIRECTED, Answer, NoAnswer
from idp.said import said
from idp.storage import links
from idp.storage.database import transaction

PROBE_LIFETIME = 60  # seconds
LEEWAY = 60  # seconds that two clocks may differ


def look(config: Config, run: Run) -> Iterator[Finding]:
    """Every finding about how this provider is reached."""
    yield _encryption(config)
    try:
        answer: Answer = run(lambda: own_address.ask(config.issuer + endpoints.DISCOVERY))
    except (NoAnswer, TimeoutError) as wrong:
        yield _unreached(wrong, config)
        yield from _port(config)
        return
    issuer = _issuer(answer, config)
    yield issuer
    if issuer.state == BAD:
        yield from _port(config)
    else:
        yield from _clocks(answer)
        yield from _probed(config, run)


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


def _port(config: Config) -> Iterator[Finding]:
    """Why it may be that another answers, or nothing."""
    if elsewhere := listening.warning(config.issuer, config.bind):
        yield Finding("Port", NOTE, elsewhere)


def _subject(config: Config) -> str:
    return said("Reached at %(address)s", address=config.issuer)


def _unreached(wrong: NoAnswer | TimeoutError, config: Config) -> Finding:
    subject, why = _subject(config), getattr(wrong, "why", "")
    if why == REDIRECTED:
        return Finding(subject, BAD, said("That address leads on to %(address)s.", address=wrong),
                       "Set IDP_ISSUER to the address that people end up at, or take the redirect out of the proxy.")  # fmt: skip
    mend: str = said(
        "If the server isn't running, start it with: idp serve. Else look whether %(host)s leads to this machine and the proxy on it.",
        host=config.host,
    )
    if why == CERTIFICATE:
        mend = "The certificate isn't good for this name, or this machine doesn't know who issued it."
    return Finding(subject, BAD, said("Nothing answers there: %(why)s", why=wrong or "it takes too long."), mend)


def _issuer(answer: Answer, config: Config) -> Finding:
    subject = _subject(config)
    if answer.status != 200:
        return Finding(subject, BAD, said("Something answers there, but with the status %(status)s.", status=answer.status),
                       said("Let the reverse proxy pass everything on to %(bind)s, with the Host header unchanged.", bind=config.bind))  # fmt: skip
    try:
        found = answer.json().get("issuer")
    except ValueError:
        return Finding(subject, BAD, "Something else answers there.", "Check what the reverse proxy passes on.")
    if found != config.issuer:
        return Finding(subject, BAD, said("Another provider answers there: %(issuer)s.", issuer=found),
                       "Check IDP_ISSUER, and what the reverse proxy passes on.")  # fmt: skip
    return Finding(subject, FINE, "It answers, and it is this provider.")


def _clocks(answer: Answer) -> Iterator[Finding]:
    """Who writes the Date of an answer is often a proxy on another machine."""
    try:
        ahead = int(parsedate_to_datetime(answer.headers["Date"]).timestamp()) - clock.now()
    except (TypeError, ValueError):
        return
    if abs(ahead) > LEEWAY:
        yield Finding(
            "Clocks of this machine and the proxy", BAD, said("They differ by %(count)s seconds.", count=abs(ahead)),
            "Let both machines keep their clocks by themselves (timedatectl set-ntp true); codes and tokens depend on it.",
        )  # fmt: skip


def _probed(config: Config, run: Run) -> Iterator[Finding]:
    """What becomes of our headers and cookies on their way, by a request that is told how it arrived."""
    try:
        answer, seen = _probe(config, run)
        visitors = _forwarded(seen, config)
        given = answer.headers.get_all("Set-Cookie") or []
        cookies = _given(given, str(seen["cookie_name"]), config)
        if cookies is None:  # then back it goes, as a browser sends it
            cookies = _sent_back(_probe(config, run, Cookie=given[0].partition(";")[0])[1])
    except (NoAnswer, TimeoutError, ValueError, KeyError, TypeError):
        visitors = Finding(
            "Visitors' addresses", NOTE, "It couldn't be found out how they arrive.", "Is another version running?"
        )
        cookies = Finding("Cookies", NOTE, "It couldn't be found out how they arrive.", "Is another version running?")
    yield visitors
    yield cookies


def _probe(config: Config, run: Run, **headers: str) -> tuple[Answer, dict[str, Any]]:
    with transaction():
        handle = links.add(links.PROBE, PROBE_LIFETIME, clock.now())
    answer: Answer = run(lambda: own_address.ask(f"{config.issuer}{endpoints.HEALTH}?probe={handle}", headers=headers))
    return answer, answer.json()


def _forwarded(seen: dict[str, Any], config: Config) -> Finding:
    subject = "Visitors' addresses"
    peer, forwarded, trusted = str(seen["peer"]), list(seen["forwarded"]), bool(seen["trusted"])
    if forwarded and not trusted:
        return Finding(subject, BAD, said("The proxy at %(peer)s says who visits, but isn't believed: all seem to come from it.", peer=peer),
                       said("Set IDP_TRUSTED_PROXIES=%(peer)s, then restart.", peer=peer))  # fmt: skip
    if config.secure and not forwarded:
        return Finding(subject, BAD, said("All visitors seem to come from %(peer)s: ten wrong passwords of one lock out all.", peer=peer),
                       "Let the reverse proxy send X-Forwarded-For. Caddy and Traefik do by themselves; for nginx: "
                       "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;")  # fmt: skip
    return Finding(subject, FINE, "They arrive as they are.")


def _given(given: list[str], name: str, config: Config) -> Finding | None:
    """What is wrong with our cookies as browsers are given them."""
    if _is_as_made(given, name, config):
        return None
    found = "; ".join(given) or "none"
    return Finding(
        "Cookies", BAD, said("They are changed on their way, so browsers don't keep them: %(found)s", found=found),
        "Take out of the reverse proxy what rewrites cookies: for nginx proxy_cookie_domain, proxy_cookie_path, "
        "proxy_cookie_flags and proxy_hide_header Set-Cookie.",
    )  # fmt: skip


def _sent_back(seen: dict[str, Any]) -> Finding:
    if not seen["cookie"]:
        return Finding(
            "Cookies", BAD, "What browsers send back doesn't arrive, so nobody can sign in.",
            "Let the reverse proxy pass the Cookie header on unchanged.",
        )  # fmt: skip
    return Finding("Cookies", FINE, "They reach browsers as they are made, and come back.")


def _is_as_made(given: list[str], name: str, config: Config) -> bool:
    """A `__Host-` cookie without Secure, with another path or with a domain is none (RFC 6265bis 4.1.3.2)."""
    try:
        ((found, cookie),) = SimpleCookie(given[0] if len(given) == 1 else "").items()
    except (CookieError, ValueError):
        return False
    return (
        found == name and cookie["path"] == "/" and not cookie["domain"] and bool(cookie["httponly"])
        and cookie["samesite"].lower() == "lax" and bool(cookie["secure"]) is config.secure
    )  # fmt: skip
