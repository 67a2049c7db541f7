"""`Authenticator`: a device of Chromium's own that keeps passkeys (CDP's WebAuthn domain)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from .house import House
from .tab import Tab


def add_passkey(tab: Tab, house: House, device: Authenticator | None = None) -> tuple[str, Authenticator]:
    """One more person, who adds a passkey inside a sign-in and leaves; returns their user name and what keeps it."""
    device, name = device or Authenticator(tab.page), house.newcomer()
    tab.open(house.link(house.safe))
    tab.sign_in(name)
    tab.press("Add a passkey")
    tab.press("Create passkey")
    tab.shows("Recovery codes")
    tab.press("Later")
    tab.shows("Back at the application")
    tab.page.context.clear_cookies()
    house.site.callbacks.clear()
    return name, device


class Authenticator:
    """One device, plugged into one tab; by itself it is a telephone that knows its owner."""

    def __init__(self, page: Page, **kind: Any) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable", {"enableUI": False})
        usual = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True, "defaultBackupEligibility": True,
            "defaultBackupState": True,
        }  # fmt: skip
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": {**usual, **kind}})
        self._id = {"authenticatorId": added["authenticatorId"]}

    @classmethod
    def security_key(cls, page: Page, **kind: Any) -> Authenticator:
        """An old key, which knows when it is touched and nothing else."""
        plain = {"transport": "usb", "hasResidentKey": False, "hasUserVerification": False, "isUserVerified": False}
        return cls(page, **plain, defaultBackupEligibility=False, defaultBackupState=False, **kind)

    @property
    def credentials(self) -> list[dict[str, Any]]:
        """What it keeps."""
        found: list[dict[str, Any]] = self._session.send("WebAuthn.getCredentials", self._id)["credentials"]
        return found

    def put(self, credential: dict[str, Any], **changes: Any) -> None:
        """Put a credential into it, as somebody does who has copied one."""
        self._session.send("WebAuthn.addCredential", {**self._id, "credential": {**credential, **changes}})

    def forget(self) -> None:
        """Forget all that it keeps."""
        self._session.send("WebAuthn.clearCredentials", self._id)

    def is_touched(self, touched: bool) -> None:
        """Whether its owner is there to touch it."""
        self._session.send("WebAuthn.setAutomaticPresenceSimulation", {**self._id, "enabled": touched})

    def is_verified(self, verified: bool) -> None:
        """Whether the finger on it is its owner's."""
        self._session.send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": verified})

    def unplug(self) -> None:
        """Take it away."""
        self._session.send("WebAuthn.removeVirtualAuthenticator", self._id)
