"""`Fuzzer`: good requests made bad in every way, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from urllib.parse import quote_plus

NASTY = [
    "", " ", "0", "-1", "1e9", "9" * 400, "null", "true", "[]", "{}", "\x00", "\r\n", "\t", "\x7f", "ä", "\u2028", "\ufeff",
    "\U0001f600", "%", "%%", "%00", "%zz", "%0d%0aLocation:%20https://evil.example", "../../etc/passwd", "<script>alert(1)</script>",
    "javascript:alert(1)//", "https://evil.example/steal", "//evil.example", "/\\evil.example", "data:text/html,x", "'", '"',
    "' OR 1=1 --", "{{7*7}}", "${7*7}", "none", "login consent", "none login", "select_account", "create", "openid", "plain",
    "S256", "code", "code token", "id_token", "form_post", "fragment", "query", "a" * 43, "a" * 129, "a" * 5_000, "Bearer x",
    "Basic " + "A" * 200, "Basic eDp5", "eyJhbGciOiJub25lIn0.e30.", "a.b.c", "a.b.c.d.e", '{"id_token":null}', '{"userinfo":[]}',
    '{"id_token":{"sub":{"value":"\\ud800"}}}', '{"id_token":{"sub":{"value":"\\u0000"}}}', '{"id_token":{"acr":{"essential":true,"values":[[]]}}}',
    '{"id_token":{"acr":{"essential":true,"value":1e999}}}', "[" * 2_000, '{"a":' * 1_500, "refresh_token", "password", "1" * 20,
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "urn:ietf:params:oauth:request_uri:pr_x", "e30.e30.AA", "bnVsbA.bnVsbA.AA",
    "\u0660", "\u202e", "allow", "deny", "logout", "continue", "switch", "back", "se_" + "A" * 43, "aal2", "en-GB de", "x" * 70_000,
]  # fmt: skip
NAMES = ["request", "request_uri", "registration", "claims", "prompt", "max_age", "id_token_hint", "login_hint", "acr_values",
         "ui_locales", "response_mode", "display", "resource", "access_token", "refresh_token", "client_assertion", "client_assertion_type", "step",
         "__proto__", "a[]", "", "\x00", "state", "nonce", "link", "check", "account", "decision", "csrf_token",
         "passkey", "name", "keep", "user_code", "device_code", "rel", "post_logout_redirect_uri"]  # fmt: skip
PARTS = [b"\r\n", b"\n", b"\x00", b"\xff\xfe", b"%", b"&", b"=", b";", b"+", b" ", b"\t", b"#", b"?", b"//", b"..", b"\xc3\x28",
         b"\xed\xa0\x80", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: evil.example\r\n", b"\\"]  # fmt: skip

Pairs = Sequence[tuple[str, str]]


class Fuzzer(random.Random):
    """Random in everything but its seed."""

    def fields(self, good: Pairs) -> bytes:
        """A query or a form body made from a good one; now and then the good one itself."""
        pairs = list(good)
        for _ in range(self.choice((0, 1, 1, 1, 2, 3, 5))):
            self._change(pairs)
        return b"&".join(self._encoded(name) + b"=" + self._encoded(value) for name, value in pairs)

    def value(self, good: str) -> str:
        """A value instead of a good one."""
        how = self.randrange(6)
        if how <= 2 or not good:
            return self.choice(NASTY)
        at = self.randrange(len(good))
        if how == 3:
            return good[:at] + self.choice(NASTY)[:50] + good[at:]
        return good[:at] if how == 4 else good[:at] + chr(self.randrange(1, 0x2100)) + good[at + 1 :]

    def spoilt(self, raw: bytes) -> bytes:
        """Bytes with a few of them changed, cut out, put in or repeated."""
        for _ in range(self.randrange(1, 5)):
            at = self.randrange(len(raw) + 1)
            how = self.randrange(5)
            if how == 0:
                raw = raw[:at] + self.choice(PARTS) + raw[at:]
            elif how == 1:
                raw = raw[:at] + raw[at + self.randrange(1, 20) :]
            elif how == 2:
                raw = raw[:at] + bytes([self.randrange(256)]) + raw[at + 1 :]
            elif how == 3:
                raw = raw[:at] + raw[at : at + 30] * self.randrange(2, 40) + raw[at:]
            else:
                raw = raw[:at]
            raw = raw or b"\r\n\r\n"
        return raw

    def _change(self, pairs: list[tuple[str, str]]) -> None:
        how = self.randrange(8) if pairs else 7
        at = self.randrange(len(pairs)) if pairs else 0
        if how == 0:
            del pairs[at]
        elif how == 1:
            pairs.append(pairs[at])
        elif how == 2:
            pairs[at] = (self.choice(NAMES), pairs[at][1])
        elif how <= 5:
            pairs[at] = (pairs[at][0], self.value(pairs[at][1]))
        elif how == 6:
            other = self.randrange(len(pairs))
            pairs[at] = (pairs[at][0], pairs[other][1])
        else:
            pairs.append((self.choice(NAMES), self.choice(NASTY)))

    def _encoded(self, text: str) -> bytes:
        raw = text.encode("utf-8", "surrogatepass")
        how = self.randrange(20)
        if how == 0:
            return raw.replace(b" ", b"%20").replace(b"\r", b"").replace(b"\n", b"")
        if how == 1:
            return b"".join(b"%%%02x" % byte for byte in raw)
        return quote_plus(raw).encode()
