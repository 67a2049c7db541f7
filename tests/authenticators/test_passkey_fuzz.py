"""Thousands of bent answers of browsers: refused in a sentence or right, never anything else; the same in every run."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import Any

import pytest

from idp.authenticators import passkey
from idp.errors import Refused
from idp.storage.models import Credential, Throttle, User
from tests import given
from tests.authenticators.passkeys import KNOWS, Desk
from tests.conftest import Clock
from tests.flows.fuzzing import Fuzzer
from tests.security_key import SecurityKey, base64url

TIMES = 1_500
ODD: list[Any] = [None, True, 0, -1, 2**70, 1e300, "", "A", "====", "\x00", "\ud800", [], {}, [[]], {"a": {}}, "é" * 50]


class Bender(Fuzzer):
    """Bends an answer: its text, its values, and the bytes inside them."""

    def bent(self, sent: str) -> str:
        """The answer with something wrong in it; now and then with nothing wrong."""
        if self.random() < 0.2:
            return self.value(sent)
        whole = json.loads(sent)
        for _ in range(self.choice((0, 1, 1, 1, 2))):
            response = whole["response"]
            inside = self.choice((whole, response)) if response and isinstance(response, dict) else whole
            name = self.choice(list(inside))
            inside[name] = self._value(inside[name])
        return json.dumps(whole)

    def _value(self, value: Any) -> Any:
        how = self.randrange(4)
        if how == 0 or not isinstance(value, str):
            return self.choice(ODD)
        if how == 1:
            return self.value(value)
        try:
            return base64url(self.spoilt(base64.urlsafe_b64decode(value + "===")))
        except ValueError:  # bent before
            return value[::-1]


@pytest.mark.parametrize("ceremony", ["sign in", "second factor", "enrolment"])
def test_no_bent_answer_does_anything_but_be_refused(storage: None, clock: Clock, ceremony: str) -> None:
    ada = given.user("ada")
    desk, bender = Desk(clock), Bender(ceremony)
    key = desk.key(flags=13)
    desk.enrol(ada, key)
    seen = Counter[str]()
    for _ in range(TIMES):
        Throttle.delete().execute()
        try:
            _try(ceremony, desk, ada, key, bender)
        except Refused as refused:
            assert refused.sentence
            seen[refused.reason] += 1
        else:
            seen["right"] += 1
            Credential.delete().where(Credential.id != min(row.id for row in Credential.select())).execute()
        Credential.update(failures=0).execute()
    assert seen["right"] > TIMES // 20, seen  # or nothing deeper was reached
    assert len(seen) > 6, seen


def _try(ceremony: str, desk: Desk, ada: User, key: SecurityKey, bender: Bender) -> None:
    if ceremony == "sign in":
        passkey.prove({"passkey": bender.bent(key.sign(desk.options()))}, desk.attempt())
    elif ceremony == "second factor":
        passkey.prove({"passkey": bender.bent(key.sign(desk.options(ada)))}, desk.attempt(ada, KNOWS))
    else:
        sent = bender.bent(desk.key(id=bender.randbytes(16)).create(desk.creation_options(ada)))
        passkey.confirm({"passkey": sent, "name": bender.value("my key")}, {}, desk.attempt(ada, KNOWS))
