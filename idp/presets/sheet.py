"""The setup sheet: what to do in an application, with this provider's and this client's own values filled in.

It is made of plain values, so that a command, a page and a text file show the very same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from idp import endpoints, first_try
from idp.errors import Invalid
from idp.presets import address, capabilities, placeholders
from idp.presets.preset import KNOWN, PUBLIC, CustomClaim, Preset, Step
from idp.said import said

SECRET_HIDDEN = "YOUR-CLIENT-SECRET"  # noqa: S105 stands for a secret that is kept as a digest only
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"  # RFC 8628 7.2
_KINDS = {"text": "text", "number": "number", "yes_no": "yes or no", "json": "JSON"}
_MISREAD = re.compile(r"[\"'`$\\#{}]")
_PLAIN = re.compile(r"[A-Za-z0-9._~-]+")  # needs no quotes in any file


@dataclass(frozen=True)
class Sheet:
    """What to enter where; every text is ready to be shown and every value to be copied."""

    title: str
    known: str
    first_try: str | None  # what to do before other devices can reach this provider
    untold: str | None  # why it can't be told of sign-outs
    before: tuple[str, ...]  # what to know before the first step
    values: tuple[tuple[str, str], ...]  # what any application asks for: label and value
    steps: tuple[Step, ...]
    start: str
    groups: str
    custom_claims: tuple[
        CustomClaim, ...
    ]  # what it knows besides, to be set here for people, groups or the application
    warnings: tuple[str, ...]
    not_yet: tuple[str, ...]


def make(
    preset: Preset,
    client: Mapping[str, Any],
    provider: Mapping[str, Any],
    *,
    name: str,
    secret: str | None = None,
    obstacle: str | None = None,
) -> Sheet:
    """The sheet of a client (RFC 7591 metadata) at a provider (its discovery document) that pages call `name`.

    The secret stands in it only if it is given; `obstacle` is why the application can't be told of sign-outs.
    """
    known = _values(preset, client, provider, name, secret)
    there = capabilities.available(provider)
    warnings = placeholders.filled_all((*_who_gets_in(preset), *preset.warnings), known)
    if secret and not _PLAIN.fullmatch(secret):
        warnings.append(
            "The secret has characters that some files and shells take for their own. Put it in quotes there."
        )
    steps = tuple(made for step in preset.steps if (made := _step(step, known, there)))
    if _MISREAD.search(name) and any(value == name for step in steps for _, value in step.environment):
        warnings.append(
            "The name of this provider has characters that some files and shells take for their own. Put it in quotes there."
        )
    return Sheet(
        title=said("%(app)s: what to enter there", app=client["client_name"]),
        known=f"{preset.name}, {KNOWN[preset.known]}, {preset.checked}",
        first_try=first_try.warning(provider["issuer"]),
        untold=_untold(client, obstacle),
        before=tuple(placeholders.filled_all(preset.before, known)),
        values=_general(client, provider, known),
        steps=steps,
        start=placeholders.filled(preset.start, known) or "",
        groups=placeholders.filled(preset.groups_hint, known) or "",
        custom_claims=preset.custom_claims,
        warnings=tuple(warnings),
        not_yet=tuple(
            placeholders.filled_all((text for name, text in preset.later.items() if name not in there), known)
        ),
    )


def is_tick(text: str) -> bool:
    """Whether a value is a box that is ticked or not, rather than something to copy."""
    return text.partition(",")[0] in ("on", "off")


def as_text(sheet: Sheet) -> str:
    """The sheet as plain text, to be read in a terminal or kept in a file."""
    warned = [sheet.first_try, ""] if sheet.first_try else []
    lines = [sheet.title, f"({sheet.known})", "", *warned, *_aligned(sheet.values, "  ")]
    if sheet.untold:
        lines += ["", sheet.untold]
    if sheet.before:
        lines += ["", "Before you begin:", *(f"  - {sentence}" for sentence in sheet.before)]
    for number, step in enumerate(sheet.steps, 1):
        lines += ["", f"{number}. {step.say}", *_aligned(step.fields, "     ")]
        lines += [f"     {variable}={value}" for variable, value in step.environment]
        lines += [f"     {line}".rstrip() for line in step.configuration.splitlines()]
    if sheet.start:
        lines += ["", f"People begin at {sheet.start}"]
    for heading, sentences in (
        ("Groups", (sheet.groups,) if sheet.groups else ()),
        (
            "Custom claims that it knows",
            tuple(f"{claim.name} ({_KINDS[claim.kind]}): {claim.what}" for claim in sheet.custom_claims),
        ),
        ("Keep in mind", sheet.warnings),
        ("Not available yet", sheet.not_yet),
    ):
        if sentences:
            lines += ["", f"{heading}:", *(f"  - {sentence}" for sentence in sentences)]
    return "\n".join(lines) + "\n"


def _untold(client: Mapping[str, Any], obstacle: str | None) -> str | None:
    if not obstacle:
        return None
    return said("%(app)s can't be told when somebody signs out. %(why)s", app=client["client_name"], why=obstacle)


def _who_gets_in(preset: Preset) -> list[str]:
    needed = preset.claims.needed if preset.claims else ()
    if "email_verified" in needed:
        return ["Only people whose e-mail address is marked as verified here get in."]
    return ["Only people who have an e-mail address here get in."] if "email" in needed else []


def _aligned(rows: tuple[tuple[str, str], ...], indent: str) -> list[str]:
    width = max((len(label) for label, _ in rows), default=0)
    shown = [label if not number or rows[number - 1][0] != label else "" for number, (label, _) in enumerate(rows)]
    return [f"{indent}{label.ljust(width)}  {value}" for label, (_, value) in zip(shown, rows, strict=True)]


def _values(
    preset: Preset, client: Mapping[str, Any], provider: Mapping[str, Any], name: str, secret: str | None
) -> dict[str, str]:
    scopes = str(client["scope"]).split()
    templates = preset.client.redirect_uris if preset.client else ()
    # What is registered counts, not what the preset once proposed: somebody may have chosen another word, or address.
    word = placeholders.provider_in(templates, client["redirect_uris"]) or placeholders.PROVIDER
    found = {
        "issuer": provider["issuer"],
        "discovery": provider["issuer"] + endpoints.DISCOVERY,
        "client_id": client["client_id"],
        "scopes": " ".join(scopes),
        "more_scopes": " ".join(scope for scope in scopes if scope != "openid"),
        "scopes_comma": ",".join(scopes),
        "name": name,
        "provider": word,
        "PROVIDER": re.sub("[^A-Z0-9]", "_", word.upper()),
        **{name: provider[name] for name in placeholders.OF_ENDPOINTS if name in provider},
        **_address(client),
    }
    if client["redirect_uris"]:
        found["redirect_uri"] = client["redirect_uris"][0]
    if client["token_endpoint_auth_method"] not in (PUBLIC, "private_key_jwt"):
        found["client_secret"] = secret or SECRET_HIDDEN
    return found


def _address(client: Mapping[str, Any]) -> dict[str, str]:
    """From the application's address; from where it takes people back in, if nobody told that."""
    web = (urlsplit(uri) for uri in client["redirect_uris"] if uri.startswith(("https://", "http://")))
    first = next(web, None)
    app_url = client.get("client_uri") or (f"{first.scheme}://{first.netloc}" if first else "")
    try:
        return address.values(app_url)
    except Invalid:
        return {}


def _general(
    client: Mapping[str, Any], provider: Mapping[str, Any], known: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    rows = [("Issuer", known["issuer"]), ("Discovery URL", known["discovery"]), ("Client ID", known["client_id"])]
    if "client_secret" in known:
        rows.append(("Client secret", known["client_secret"]))
    rows.append(("Scopes", known["scopes"]))
    if DEVICE_CODE in client.get("grant_types", ()) and "device_authorization_endpoint" in provider:
        rows += [
            ("Device authorization endpoint", provider["device_authorization_endpoint"]),
            ("Where people type the code", known["issuer"] + endpoints.DEVICE),
        ]
    return (*rows, *(("Redirect URI", uri) for uri in client["redirect_uris"]))


def _step(step: Step, known: Mapping[str, str], there: frozenset[str]) -> Step | None:
    """The step filled in; None if it isn't for this provider or nothing of what it enters is left."""
    if (step.only_with and step.only_with not in there) or (step.only_without and step.only_without in there):
        return None
    made = Step(
        say=placeholders.filled(step.say, known) or "",
        fields=_pairs(step.fields, known),
        environment=_pairs(step.environment, known),
        configuration="\n".join(
            line for text in step.configuration.splitlines() if (line := placeholders.filled(text, known)) is not None
        ),
    )
    entered = step.fields or step.environment or step.configuration
    left = made.fields or made.environment or made.configuration
    return made if made.say and bool(left) == bool(entered) else None


def _pairs(pairs: tuple[tuple[str, str], ...], known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    made = [(placeholders.filled(label, known), placeholders.filled(value, known)) for label, value in pairs]
    return tuple((label, value) for label, value in made if label is not None and value is not None)
