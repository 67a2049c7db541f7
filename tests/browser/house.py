"""A provider with people and applications, as a family has it, for browsers to visit."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from ..authenticator_app import AuthenticatorApp, set_up
from ..conftest import PASSWORD
from ..flows.visitors import visitor
from ..server import Server
from .relying_party import RelyingParty


class House:
    """The provider with what is registered at it, made when it is first asked for."""

    def __init__(self, server: Server, site: RelyingParty) -> None:
        self.server, self.site = server, site
        for group in ("family", "media", "housekeeping"):
            server.idp("group", "add", group)
        server.add_user("alice", PASSWORD, "--display-name", "Alice Example", "--group", "family", "--group", "media")
        server.add_user("robin", PASSWORD, "--display-name", "Robin Keeper", "--admin")

    @property
    def issuer(self) -> str:
        """Where the provider is."""
        return self.server.issuer

    def add(self, name: str, *options: str, redirect_uri: str | None = None) -> str:
        """Register an application; returns its client id."""
        command = ("client", "add", name, "--redirect-uri", redirect_uri or self.site.redirect_uri, *options)
        added: dict[str, Any] = self.server.idp_json(*command)
        return str(added["client_id"])

    def link(self, client_id: str, **parameters: str) -> str:
        """The address of an authorization request at this provider."""
        return self.site.url(self.issuer, client_id, **parameters)

    @cached_property
    def jellyfin(self) -> str:
        """An application for everybody, which asks for consent."""
        return self.add("Jellyfin")

    @cached_property
    def photos(self) -> str:
        """An application that says all about itself."""
        about = ("--app-url", "--policy-uri", "--tos-uri")
        links = [word for option in about for word in (option, f"{self.site.origin}/{option.strip('-')}")]
        return self.add("Holiday Photos", *links, "--logo-uri", f"{self.site.origin}/logo.svg")

    @cached_property
    def television(self) -> str:
        """An application that was made from a preset."""
        about = ("--preset", "jellyfin-sso", "--app-url", "https://tv.example.org")
        return str(self.server.idp_json("client", "add", "Television", *about)["client_id"])

    @cached_property
    def dashboard(self) -> str:
        """An application that people aren't asked about."""
        return self.add("Dashboard", "--skip-consent")

    @cached_property
    def vault(self) -> str:
        """An application that Alice may not use."""
        return self.add("Vault", "--group", "housekeeping")

    @cached_property
    def safe(self) -> str:
        """An application that can be used with a second factor only."""
        return self.add("Safe", "--skip-consent", "--require-mfa")

    def newcomer(self) -> str:
        """The user name of one more person, who has a password only."""
        name = f"maria-{secrets.token_hex(3)}"
        self.server.add_user(name, PASSWORD, "--display-name", "Maria Example")
        return name

    def careful_person(self) -> tuple[str, AuthenticatorApp, list[str]]:
        """The user name of one more person, who has set up an authenticator app and recovery codes."""
        name = self.newcomer()
        person = visitor(self.server)
        person.get(self.link(self.safe))
        person.submit(username=name, password=PASSWORD)
        return name, *set_up(person, recovery_codes=True)

    @cached_property
    def phone(self) -> str:
        """An app on a telephone, reached through a scheme of its own."""
        return self.add("Pocket", "--auth-method", "none", redirect_uri="app.pocket:///oauth-callback")
