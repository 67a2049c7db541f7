"""Reading an ID token that comes back as a hint: our signature, our issuer, a client of ours, whatever its age."""

from __future__ import annotations

from dataclasses import dataclass

from idp.oidc import jwt
from idp.oidc.keys import KeySet
from idp.storage import clients
from idp.storage.models import Client, User
from idp.subject_identifier import subject_identifier


@dataclass(frozen=True, slots=True)
class Hint:
    """What a genuine ID token says: a person as its clients know them, and in which browser session."""

    sub: str
    sid: str | None
    clients: tuple[Client, ...]

    def is_about(self, user: User) -> bool:
        """Whether it names this person, to one of the clients that it was made for."""
        return any(subject_identifier(user, client) == self.sub for client in self.clients)


def read(hint: str, *, issuer: str, keys: KeySet) -> Hint:
    """The hint in a genuine ID token; raises ValueError for anything else.

    Expired ones and ones signed by a retired key are genuine (OIDC Core 3.1.2.1); unsigned, encrypted and foreign ones
    are not.
    """
    token = jwt.take_apart(hint)
    if not keys.verify(token):
        raise ValueError("not signed by us")
    if token.header.get("typ") != "JWT" or "exp" not in token.claims:  # access tokens and userinfo are signed too
        raise ValueError("not an ID token")
    sub, sid = token.claims.get("sub"), token.claims.get("sid")
    if token.claims.get("iss") != issuer or not isinstance(sub, str):
        raise ValueError("not from us")
    known = [clients.by_id(client_id) for client_id in jwt.audience_of(token.claims)]
    ours = tuple(client for client in known if client is not None)
    if not ours:
        raise ValueError("not for a client of ours")
    return Hint(sub, sid if isinstance(sid, str) else None, ours)
