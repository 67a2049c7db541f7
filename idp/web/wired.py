"""What the composition root has put together, as the endpoints of one running application find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from idp.config import Config
from idp.oidc.keys import KeySet
from idp.storage import appearance
from idp.tries import Site
from idp.web.documents import Documents

EXTENSION = "foyer"


@dataclass(frozen=True)
class Wired:
    """The parts of this provider."""

    config: Config
    keys: KeySet
    documents: Documents

    @property
    def site(self) -> Site:
        """As whom passkeys and authenticator apps know this provider now."""
        return Site(appearance.name(), self.config.issuer, self.config.host)


def wired() -> Wired:
    """The parts of the application that answers this request."""
    return cast(Wired, current_app.extensions[EXTENSION])
