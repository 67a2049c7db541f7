"""What an application does with the answer that a browser brings: each step through our public address, none assumed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from idp import clock, endpoints, own_address
from idp.own_address import Answer, NoAnswer
from idp.trial import id_token, published_keys
from idp.trial.application import Handles
from idp.trial.id_token import LEEWAY, Expected
from idp.trial.step import Step

NAMES = ("answer", "discovery", "keys", "token", "id_token", "userinfo", "end")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "revocation_endpoint")


@dataclass
class Trial:
    """One sign-in: what was asked for, what the browser brought, and the steps so far."""

    expected: Expected
    handles: Handles
    client_secret: str
    redirect_uri: str
    answer: Mapping[str, str]
    steps: list[Step] = field(default_factory=lambda: [Step(name) for name in NAMES])

    def run(self) -> list[Step]:
        """Go on for as long as a step has what it needs; those after it stay untried."""
        if self._look_at_answer(self._step("answer")):
            document = self._discover(self._step("discovery"))
            keys = self._fetch_keys(self._step("keys"), document) if document else None
            tokens = self._exchange(self._step("token"), document) if document else None
            if document and tokens and keys is not None:
                self._use(document, keys, tokens)
            if document and tokens:
                self._end(self._step("end"), document, tokens)
        return self.steps

    def _step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def _look_at_answer(self, step: Step) -> bool:
        step.show("answer", {name: _short(name, value) for name, value in self.answer.items()})
        step.check("iss", self.answer.get("iss") == self.expected.issuer, found=self.answer.get("iss"),
                   wanted=self.expected.issuer)  # fmt: skip
        if error := self.answer.get("error"):
            return step.check("no_error", False, error=error, says=self.answer.get("error_description", ""))
        return step.check("code", bool(self.answer.get("code")))

    def _discover(self, step: Step) -> dict[str, Any] | None:
        issuer = self.expected.issuer
        answer = _ask(step, issuer + endpoints.DISCOVERY)
        document = _document(step, answer)
        if answer is None or document is None:
            return None
        is_ours = step.check("issuer", document.get("issuer") == issuer, found=document.get("issuer"), wanted=issuer)
        # What else stands there is only believed, and secrets only sent there, if it is us who say so.
        below = all(str(document.get(name, "")).startswith(f"{issuer}/") for name in _ENDPOINTS)
        _look_at_clock(step, answer)
        return document if step.check("endpoints", below) and is_ours else None

    def _fetch_keys(self, step: Step, document: dict[str, Any]) -> list[dict[str, Any]] | None:
        found = _document(step, _ask(step, document["jwks_uri"]))
        if found is None:
            return None
        try:
            keys = published_keys.read(found)
        except ValueError:
            keys = []
        step.check("key_set", bool(keys), count=len(keys))
        step.show("keys", {str(key.get("kid")): key.get("alg") for key in keys})
        return keys or None

    def _exchange(self, step: Step, document: dict[str, Any]) -> dict[str, Any] | None:
        form = {
            "grant_type": "authorization_code", "code": self.answer["code"], "redirect_uri": self.redirect_uri,
            "code_verifier": self.handles.code_verifier,
        }  # fmt: skip
        answer = _ask(step, document["token_endpoint"], form, self._basic())
        tokens = _document(step, answer)
        if answer is None or tokens is None:
            return None
        step.show("tokens", tokens)
        access_token = tokens.get("access_token")
        is_bearer = str(tokens.get("token_type", "")).lower() == "bearer" and isinstance(access_token, str)
        step.check("kept_nowhere", "no-store" in (answer.headers.get("Cache-Control") or ""))
        return tokens if step.check("bearer", is_bearer) else None

    def _use(self, document: dict[str, Any], keys: list[dict[str, Any]], tokens: dict[str, Any]) -> None:
        step, access_token = self._step("id_token"), tokens["access_token"]
        sub = id_token.verify(tokens.get("id_token"), keys, access_token, self.expected, clock.now(), step)
        step = self._step("userinfo")
        found = _document(step, _ask(step, document["userinfo_endpoint"], None, _bearer(access_token)))
        if found is not None:
            step.show("claims", found)
            step.check("same_sub", found.get("sub") == sub, found=found.get("sub"), wanted=sub)

    def _end(self, step: Step, document: dict[str, Any], tokens: dict[str, Any]) -> None:
        form = {"token": tokens["access_token"], "token_type_hint": "access_token"}
        answer = _ask(step, document["revocation_endpoint"], form, self._basic())
        if answer is not None:
            step.check("status", answer.status == 200, status=answer.status)
        again = _ask(step, document["userinfo_endpoint"], None, _bearer(tokens["access_token"]))
        if again is not None:
            step.check("worthless", again.status == 401, status=again.status)

    def _basic(self) -> dict[str, str]:
        pair = f"{self.expected.client_id}:{self.client_secret}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _bearer(access_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token}"}


def _ask(
    step: Step, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Answer | None:
    step.address = step.address or url
    try:
        answer = own_address.ask(url, form, headers)
    except NoAnswer as wrong:
        step.check(wrong.why, False, says=wrong.said)
        return None
    step.milliseconds = (step.milliseconds or 0) + answer.milliseconds
    return answer


def _document(step: Step, answer: Answer | None) -> dict[str, Any] | None:
    """The JSON object that came with the status 200."""
    if answer is None:
        return None
    try:
        found = answer.json()
    except ValueError:
        step.check("json" if answer.status == 200 else "status", False, status=answer.status)
        return None
    if answer.status != 200:
        error, says = found.get("error", ""), found.get("error_description", "")
        step.check("refused_by_us" if error else "status", False, status=answer.status, error=error, says=says)
        return None
    step.check("status", True, status=answer.status)
    return found


def _look_at_clock(step: Step, answer: Answer) -> None:
    """Compare our clock with that of whoever wrote the answer's Date: often a proxy on another machine."""
    try:
        ahead = int(parsedate_to_datetime(answer.headers["Date"]).timestamp()) - clock.now()
    except (TypeError, ValueError):
        return
    step.check("clock", abs(ahead) <= LEEWAY, seconds=ahead)


def _short(name: str, value: str) -> str:
    return f"{value[:12]}…" if name in ("code", "state") else value
