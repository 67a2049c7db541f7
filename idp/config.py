"""`Config`: everything the environment and `idp.toml` may say, checked once, with all problems told together."""

from __future__ import annotations

import ipaddress
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from idp import listening, mail_account, reach, setting_words
from idp.errors import ConfigurationError
from idp.mail_account import MailAccount
from idp.reach import Reach
from idp.setting_files import FILE, PREFIX, SECRETS, from_secret_files, from_toml

_DATABASE = re.compile(r"(|postgres(ql)?://([^@/%\s]|%[0-9A-Fa-f]{2})*(@[^@/%\s]*)?(/([^@%\s]|%[0-9A-Fa-f]{2})*)?)")
_DOMAIN = re.compile(r"([a-z0-9_-]+\.)+[a-z]([a-z0-9-]*[a-z0-9])?")
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


Folder = Annotated[Path, AfterValidator(_absolute)]


class Config(BaseSettings):
    """The settings of one provider; frozen, so nothing changes them while it runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    allow_http: bool = False
    """Allow an `http` issuer that isn't this machine. Passwords and tokens then cross the network readable."""
    issuer: str = "http://localhost:8000"
    """The issuer: the address people and applications use, exactly; by default localhost with the port of `bind`."""
    bind: str = "127.0.0.1:8000"
    """Where to listen: `host:port`, or `unix:/path` for a socket file."""
    data_dir: Folder = Field(Path("data"), validate_default=True)
    """Folder of the SQLite database, pictures and snapshots; created with mode 0700."""
    database_url: str = ""
    """`sqlite:///path` or `postgresql://…`; empty means SQLite in the data folder."""
    keys_dir: Folder = Field(Path("keys"), validate_default=True)
    """Folder of the signing keys; the files have mode 0600."""
    workers: int = Field(default_factory=lambda: max(2, min(os.cpu_count() or 1, 8)), ge=1, le=64)
    """Server processes. One for each processor core is best."""
    threads: int = Field(1, ge=1, le=16)
    """Threads in each process that check passwords; everything else is answered one after another, which is faster."""
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()
    """Addresses or networks, separated by commas, whose `X-Forwarded-For` is believed; from others it is ignored."""
    outgoing_allow: Annotated[Reach, NoDecode, BeforeValidator(reach.parse)] = Reach()
    """Private networks and host names, separated by commas, that requests to applications may reach."""
    name: str = Field("Foyer", min_length=1, max_length=60)
    """What the pages call this provider."""
    smtp_url: Annotated[str, AfterValidator(mail_account.checked)] = ""
    """Outgoing mail: `smtps://user:password@host`, `smtp+starttls://…` or `smtp://…`; every flow works without it."""
    mail_from: str = Field("", validate_default=True)
    """The sender of outgoing mail, such as `id@example.org` or `Foyer <id@example.org>`."""
    cookie_domain: str = ""
    """Parent domain for forward authentication, such as `example.org`."""
    log_format: Literal["text", "json"] = "text"
    """One line an event, as `text` or `json`."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged. Secrets are never logged, at any level."""

    @model_validator(mode="before")
    @classmethod
    def _issuer_is_where_it_listens(cls, given: dict[str, Any]) -> dict[str, Any]:
        port = listening.port_of(given.get("bind"))
        return {"issuer": listening.issuer_at(port), **given} if port else given

    @field_validator("issuer")
    @classmethod
    def _issuer_is_an_origin(cls, issuer: str, info: ValidationInfo) -> str:
        try:
            url = urlsplit(issuer)
            _ = url.port
        except ValueError:
            raise ValueError(
                "must be an address such as https://id.example.org or https://id.example.org:8443"
            ) from None
        if url.scheme not in ("https", "http") or not _HOST.fullmatch(url.hostname or ""):
            raise ValueError("must be an address such as https://id.example.org")
        if issuer != f"{url.scheme}://{url.netloc}" or "@" in url.netloc or issuer != issuer.lower():
            raise ValueError(
                "must be only scheme, host and port in lower case, such as https://id.example.org: "
                "no path, no slash at the end, no user name"
            )
        if url.scheme == "http" and not info.data.get("allow_http") and not reach.is_loopback(url.hostname or ""):
            raise ValueError(
                "an http address is only safe on this machine. Use https (a reverse proxy such as Caddy gets the "
                "certificate by itself), or set IDP_ALLOW_HTTP=1 if you accept that passwords can be read on the way."
            )
        return issuer

    @field_validator("bind")
    @classmethod
    def _bind_is_an_address(cls, bind: str) -> str:
        if not listening.bind_is_file(bind) and listening.port_of(bind) is None:
            raise ValueError("must be host:port such as 127.0.0.1:8000, or unix:/path")
        return bind

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks_from_a_list(cls, proxies: Any) -> Any:
        names = proxies.split(",") if isinstance(proxies, str) else proxies
        if not isinstance(names, list | tuple):
            raise ValueError("must be a list of addresses or networks such as 10.0.0.0/8")
        return reach.networks_of(str(name) for name in names)

    @field_validator("database_url")
    @classmethod
    def _database_is_supported(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        if url == "sqlite:///":
            raise ValueError("must name a file, such as sqlite:////srv/foyer/foyer.sqlite")
        if not url.startswith("sqlite:///") and not _DATABASE.fullmatch(url):
            # Never repeated, by the driver neither: there is a password in it.
            raise ValueError(
                "is not an address such as postgresql://name:password@host/database. "
                "In the password write @ as %40, : as %3A, / as %2F and % as %25."
            )
        return url

    @field_validator("mail_from")
    @classmethod
    def _sender_is_an_address(cls, sender: str, info: ValidationInfo) -> str:
        if sender:
            mail_account.sender_of(sender)
        elif info.data.get("smtp_url") != "":  # absent when it is wrong itself
            raise ValueError("must name the sender, such as id@example.org, when IDP_SMTP_URL is set")
        return sender

    @field_validator("cookie_domain")
    @classmethod
    def _domain_is_above_the_issuer(cls, domain: str, info: ValidationInfo) -> str:
        domain = domain.removeprefix(".")
        host = urlsplit(info.data.get("issuer", "")).hostname  # absent when the issuer is wrong itself
        if domain and (not _DOMAIN.fullmatch(domain) or (host and not f".{host}".endswith(f".{domain}"))):
            raise ValueError(
                "must be the domain that the host of IDP_ISSUER and the applications are under, such as example.org "
                "for id.example.org"
            )
        return domain

    @property
    def secure(self) -> bool:
        """Whether people reach this provider over https."""
        return self.issuer.startswith("https://")

    @cached_property
    def host(self) -> str:
        """The issuer's host without port: the WebAuthn RP ID."""
        return urlsplit(self.issuer).hostname or ""

    @cached_property
    def authority(self) -> str:
        """The issuer's host with its port if it names one: the only `Host` header that is served."""
        return urlsplit(self.issuer).netloc

    @property
    def hashing_threads(self) -> int:
        """How many passwords one process checks at once: as set, but no more than two a core in all of them together."""
        return max(1, min(self.threads, 2 * (os.cpu_count() or 1) // self.workers))

    @property
    def database(self) -> str:
        """The address of the database, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'foyer.sqlite'}"

    @property
    def mail(self) -> MailAccount | None:
        """How mail goes out, if it does."""
        if not self.smtp_url:
            return None
        return mail_account.parse(self.smtp_url, self.mail_from, name=self.name, issuer=self.issuer)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values handed in by a test come first, then the environment; files are merged in by `load`."""
        return (init_settings, env_settings)


def load(**values: Any) -> Config:
    """The configuration of this process: environment before `idp.toml` before defaults.

    Raises ConfigurationError with every problem, each beginning with the variable's name.
    """
    problems: list[str] = []
    known = {PREFIX + name.upper() for name in Config.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    problems += [
        setting_words.of_unknown_variable(name, sorted(known))
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known and not name.startswith("IDP_TEST_")
    ]
    in_file, in_secret_files = from_toml(problems), from_secret_files(problems)
    given = {
        name: value for name, value in {**in_file, **in_secret_files}.items()
        if not os.environ.get(PREFIX + name.upper())
    }  # fmt: skip
    try:
        config = Config(**{**given, **values})
    except ValidationError as invalid:
        for error in invalid.errors():
            field = str(error["loc"][0])
            if error["type"] == "extra_forbidden":
                problems.append(setting_words.of_unknown_key(field, list(Config.model_fields)))
                continue
            from_file = field in given and field not in in_secret_files and field not in values
            where = f" ({field} in {FILE})" if from_file else ""
            problems.append(f"{PREFIX}{field.upper()}{where}: {setting_words.of_error(error)}")
    if problems:
        raise ConfigurationError(*problems)
    return config
