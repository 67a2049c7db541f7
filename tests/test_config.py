"""What the environment and `idp.toml` may say, and what is refused."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

import pytest

from idp import config
from idp.errors import ConfigurationError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder and no settings in the environment."""
    for name in list(os.environ):
        if name.startswith("IDP_") and not name.startswith("IDP_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems() -> list[str]:
    with pytest.raises(ConfigurationError) as refusal:
        config.load()
    return list(refusal.value.problems)


def test_everything_has_a_default(folder: Path) -> None:
    settings = config.load()
    assert settings.issuer == "http://localhost:8000"
    assert settings.bind == "127.0.0.1:8000"
    assert (settings.data_dir, settings.keys_dir) == (folder / "data", folder / "keys")
    assert settings.database == f"sqlite:///{folder / 'data' / 'foyer.sqlite'}"
    assert settings.trusted_proxies == ()
    assert (settings.outgoing_allow.networks, settings.outgoing_allow.hosts) == ((), frozenset())
    assert (settings.name, settings.log_format, settings.log_level) == ("Foyer", "text", "info")
    assert settings.workers >= 1
    assert (settings.secure, settings.host, settings.authority) == (False, "localhost", "localhost:8000")


def test_a_configuration_cannot_be_changed_while_it_is_in_use() -> None:
    with pytest.raises(Exception, match="frozen"):
        config.load().name = "Other"


def test_the_environment_comes_before_the_file_and_the_file_before_defaults(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "idp.toml").write_text(
        'name = "File"\nlog_level = "debug"\ntrusted_proxies = ["10.0.0.0/8"]\nworkers = 3\n'
    )
    monkeypatch.setenv("IDP_NAME", "Environment")
    settings = config.load()
    assert (settings.name, settings.log_level, settings.workers) == ("Environment", "debug", 3)
    assert settings.trusted_proxies == (ipaddress.ip_network("10.0.0.0/8"),)


def test_an_empty_variable_counts_as_absent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_NAME", "")
    monkeypatch.setenv("IDP_ISSUER", "")
    assert config.load().name == "Foyer"
    (folder / "idp.toml").write_text('name = "File"\n')
    assert config.load().name == "File"


@pytest.mark.parametrize("issuer", ["https://id.example.org/", "http://id.example.org", "https://id.example.org:port"])
def test_all_problems_are_told_at_once_each_with_its_variable(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    wrong = {
        "IDP_ISSUER": issuer, "IDP_COOKIE_DOMAIN": "a/b", "IDP_BIND": "8000", "IDP_WORKERS": "many", "IDP_THREADS": "0",
        "IDP_TRUSTED_PROXIES": "{10.0.0.0/33}", "IDP_OUTGOING_ALLOW": "http://nas.lan", "IDP_DATABASE_URL": "mysql://x",
        "IDP_LOG_FORMAT": "xml", "IDP_LOG_LEVEL": "loud", "IDP_NAME": "n" * 61, "IDP_COLOUR": "red",
    }  # fmt: skip
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    told = problems()
    assert {problem.split(":")[0].split(" ")[0] for problem in told} == set(wrong)
    assert len(told) == len(wrong)
    assert not [problem for problem in told if "Input" in problem or "cast" in problem], "the words of a library"


@pytest.mark.parametrize(
    "issuer",
    ["", "https://id.example.org", "https://id.example.org:8443", "http://localhost:8000", "http://127.0.0.1:1",
     "http://[::1]:8000", "http://foyer.localhost:8000", "https://192.168.1.20", "http://127.5.5.5"],
)  # fmt: skip
def test_an_origin_is_taken_as_the_issuer(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    monkeypatch.setenv("IDP_ISSUER", issuer)
    assert config.load().issuer == (issuer or "http://localhost:8000")


@pytest.mark.parametrize(
    "issuer",
    ["id.example.org", "https://", "https://id.example.org/", "https://id.example.org/auth", "https://ID.example.org",
     "https://user@id.example.org", "https://id.example.org?x", "https://id.example.org#x", "ftp://id.example.org",
     "https://id.example.org:port", "https://id.example.org:99999", "HTTPS://id.example.org", "https://id.example.org ",
     "https://[::1", "localhost:8000", "javascript:alert(1)"],
)  # fmt: skip
def test_anything_else_is_not(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    """OP-CHECKLIST item 1."""
    monkeypatch.setenv("IDP_ISSUER", issuer)
    (problem,) = problems()
    assert problem.startswith("IDP_ISSUER: ")


@pytest.mark.parametrize("issuer", ["http://id.example.org", "http://192.168.1.20", "http://localhost.example.org"])
def test_http_needs_to_be_allowed_unless_it_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    monkeypatch.setenv("IDP_ISSUER", issuer)
    (problem,) = problems()
    assert problem.startswith("IDP_ISSUER: ")
    assert "IDP_ALLOW_HTTP=1" in problem
    monkeypatch.setenv("IDP_ALLOW_HTTP", "1")
    assert not config.load().secure


@pytest.mark.parametrize(
    "bind", ["127.0.0.1:8000", "0.0.0.0:80", "[::]:8000", "localhost:65535", "unix:/run/foyer.sock"]
)
def test_where_to_listen(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    monkeypatch.setenv("IDP_BIND", bind)
    assert config.load().bind == bind


@pytest.mark.parametrize(
    ("bind", "issuer"),
    [("127.0.0.1:8613", "http://localhost:8613"), ("[::1]:8613", "http://localhost:8613"), ("0.0.0.0:80", "http://localhost"),
     ("unix:/run/foyer.sock", "http://localhost:8000"), ("unix:/run/foyer:8613", "http://localhost:8000")],
)  # fmt: skip
def test_an_issuer_that_is_not_given_is_where_it_listens(
    folder: Path, monkeypatch: pytest.MonkeyPatch, bind: str, issuer: str
) -> None:
    (folder / "idp.toml").write_text(f'bind = "{bind}"\n')
    assert config.load().issuer == issuer
    (folder / "idp.toml").write_text('bind = "127.0.0.1:8999"\n')
    monkeypatch.setenv("IDP_BIND", bind)
    assert config.load().issuer == issuer
    (folder / "idp.toml").write_text('issuer = "https://id.example.org"\n')
    assert config.load().issuer == "https://id.example.org"
    monkeypatch.setenv("IDP_ISSUER", "https://foyer.example.org")
    assert config.load().issuer == "https://foyer.example.org"


@pytest.mark.parametrize("bind", ["8000", ":8000", "localhost", "localhost:", "localhost:0", "localhost:65536", "localhost:x",
                                  "unix:relative.sock", "unix:", "localhost:-1"])  # fmt: skip
def test_where_not(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    monkeypatch.setenv("IDP_BIND", bind)
    (problem,) = problems()
    assert problem.startswith("IDP_BIND: ")


def test_trusted_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_TRUSTED_PROXIES", "127.0.0.1, 10.1.2.3/8 ,::1,fd00::/8,")
    assert [str(network) for network in config.load().trusted_proxies] == [
        "127.0.0.1/32", "10.0.0.0/8", "::1/128", "fd00::/8"
    ]  # fmt: skip


@pytest.mark.parametrize(("domain", "kept"), [("example.org", "example.org"), (".example.org", "example.org"),
                                                ("id.example.org", "id.example.org"), ("", "")])  # fmt: skip
def test_cookies_may_be_for_a_domain_above(monkeypatch: pytest.MonkeyPatch, domain: str, kept: str) -> None:
    monkeypatch.setenv("IDP_ISSUER", "https://id.example.org")
    monkeypatch.setenv("IDP_COOKIE_DOMAIN", domain)
    assert config.load().cookie_domain == kept


@pytest.mark.parametrize("domain", ["org", "example.com", "ample.org", "x.id.example.org", "EXAMPLE.org", "a/b", "..", "10.0.0.1",
                                    "example.org:8000", "https://example.org"])  # fmt: skip
def test_cookies_are_for_no_other_domain(monkeypatch: pytest.MonkeyPatch, domain: str) -> None:
    monkeypatch.setenv("IDP_ISSUER", "https://id.example.org")
    monkeypatch.setenv("IDP_COOKIE_DOMAIN", domain)
    (problem,) = problems()
    assert problem.startswith("IDP_COOKIE_DOMAIN: ") and "example.org" in problem


@pytest.mark.parametrize("url", ["sqlite:////srv/foyer.sqlite", "postgresql://u:p@h/d", "postgres://h/d"])
def test_a_database_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("IDP_DATABASE_URL", url)
    assert config.load().database == url


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "postgresql://u:secret@h/d"), ("SMTP_URL", "smtps://u:secret@h")]
)
def test_a_secret_may_stand_in_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("IDP_MAIL_FROM", "id@example.org")
    (folder / "secret").write_text(value + "\n")
    monkeypatch.setenv(f"IDP_{name}_FILE", str(folder / "secret"))
    assert getattr(config.load(), name.lower()) == value


def test_the_file_of_a_secret_comes_before_the_settings_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "idp.toml").write_text('database_url = "postgresql://toml/d"\n')
    (folder / "secret").write_text("postgresql://file/d")
    monkeypatch.setenv("IDP_DATABASE_URL_FILE", str(folder / "secret"))
    assert config.load().database == "postgresql://file/d"
    monkeypatch.setenv("IDP_DATABASE_URL", "postgresql://environment/d")
    assert config.load().database == "postgresql://environment/d"


def test_a_file_that_cannot_be_read_is_told_by_its_variable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_SMTP_URL_FILE", str(folder / "nowhere"))
    (folder / "other").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("IDP_DATABASE_URL_FILE", str(folder / "other"))
    assert [problem.split(":")[0] for problem in problems()] == ["IDP_DATABASE_URL_FILE", "IDP_SMTP_URL_FILE"]


@pytest.mark.parametrize("name", ["IDP_NAME_FILE", "IDP_ISSUER_FILE", "IDP_SMTP", "IDP_"])
def test_a_variable_that_means_nothing_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    (problem,) = problems()
    assert problem.startswith(name)


@pytest.mark.parametrize(
    ("text", "begins"),
    [("name = ", "idp.toml: "), ("colour = 'red'", "idp.toml: colour is not"), ("IDP_NAME = 'x'", "idp.toml: IDP_NAME is not"),
     ("[idp]\nname = 'x'", "idp.toml: idp is not"), ("workers = 'many'", "IDP_WORKERS (workers in idp.toml): must be a whole"),
     ("name = 5", "IDP_NAME (name in idp.toml): must be text"), ("workers = 1.5", "IDP_WORKERS (workers in idp.toml): must be a whole"),
     ("allow_http = 'perhaps'", "IDP_ALLOW_HTTP (allow_http in idp.toml): must be 1 or 0."), ("data_dir = 5", "IDP_DATA_DIR (data_dir in idp.toml): must be text"),
     ("trusted_proxies = 5", "IDP_TRUSTED_PROXIES"), ("outgoing_allow = [5]", "IDP_OUTGOING_ALLOW"), ("trusted_proxies = [5.5]", "IDP_TRUSTED_PROXIES")],
)  # fmt: skip
def test_the_file_is_checked_like_the_environment(folder: Path, text: str, begins: str) -> None:
    (folder / "idp.toml").write_text(text)
    (problem,) = problems()
    assert problem.startswith(begins)


@pytest.mark.parametrize(
    ("text", "says"),
    [("trusted_proxy = '127.0.0.1'", "idp.toml: trusted_proxy is not a setting. Did you mean trusted_proxies?"),
     ("colour = 'red'", "idp.toml: colour is not a setting. See the configuration table in the README."),
     ("IDP_ISSUER = 'x'", "idp.toml: IDP_ISSUER is not a setting there: write issuer, in lower case and without IDP_."),
     ("IDP_ISUER = 'x'", "idp.toml: IDP_ISUER is not a setting. Did you mean issuer?")],
)  # fmt: skip
def test_a_key_that_means_nothing_is_told_with_what_was_meant(folder: Path, text: str, says: str) -> None:
    (folder / "idp.toml").write_text(text)
    assert problems() == [says]


@pytest.mark.parametrize(
    ("variable", "says"),
    [("IDP_TRUSTED_PROXY", "Did you mean IDP_TRUSTED_PROXIES?"), ("IDP_SMTP_FILE", "Did you mean IDP_SMTP_URL_FILE?"),
     ("IDP_COLOUR", "See the configuration table in the README.")],
)  # fmt: skip
def test_a_variable_that_means_nothing_is_told_with_what_was_meant(
    monkeypatch: pytest.MonkeyPatch, variable: str, says: str
) -> None:
    monkeypatch.setenv(variable, "x")
    assert problems() == [f"{variable} is not a setting. {says}"]


def test_text_without_quotation_marks_is_told(folder: Path) -> None:
    (folder / "idp.toml").write_text("issuer = https://id.example.org\n")
    (problem,) = problems()
    assert problem.endswith('. Text needs quotation marks, such as issuer = "https://id.example.org"')


def test_every_wrong_entry_of_a_list_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_TRUSTED_PROXIES", "caddy, 10.0.0.1, 10.0.0.0/33")
    monkeypatch.setenv("IDP_OUTGOING_ALLOW", "http://nas.lan, nas.lan, nas:80")
    proxies, outgoing = problems()
    assert "caddy, 10.0.0.0/33" in proxies and "10.0.0.1" not in proxies
    assert "write its IP address; for a container its network, such as 172.16.0.0/12" in proxies
    assert outgoing.endswith("without port: http://nas.lan, nas:80")


def test_a_file_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "idp.toml").write_bytes(b"\xff\xfe\x00")
    (problem,) = problems()
    assert problem.startswith("idp.toml: ")


def test_a_problem_does_not_repeat_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_DATABASE_URL", "mysql://root:a-secret-password@host/db")
    assert "a-secret-password" not in str(problems())


@pytest.mark.parametrize("value", ["0", "65", "-1", "1.5", "all"])
def test_the_number_of_processes_is_bounded(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("IDP_WORKERS", value)
    (problem,) = problems()
    assert problem.startswith("IDP_WORKERS: ")


def test_mail_is_off_unless_a_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.load().mail is None
    monkeypatch.setenv("IDP_MAIL_FROM", "id@example.org")
    assert config.load().mail is None
    monkeypatch.setenv("IDP_SMTP_URL", "smtps://mail.example.org")
    mail = config.load().mail
    assert mail is not None and (mail.host, str(mail.sender)) == ("mail.example.org", "Foyer <id@example.org>")


@pytest.mark.parametrize("url", ["smtps://mail.example.org", "smtps://user:pass word@", "http://mail.example.org"])
def test_a_mail_server_needs_a_sender_which_is_said_beside_what_else_is_wrong(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("IDP_SMTP_URL", url)
    said = problems()
    assert said[-1].startswith("IDP_MAIL_FROM: ") and len(said) == (1 if url == "smtps://mail.example.org" else 2)


def test_the_password_of_the_mail_server_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_MAIL_FROM", "nobody")
    for url in (
        "smtps://user:hunter2/x@mail.example.org",
        "smtp://user:hunter2@mail.example.org",
        "smtps://u:hunter2@:x",
    ):
        monkeypatch.setenv("IDP_SMTP_URL", url)
        said = problems()
        assert len(said) == 2 and "hunter2" not in " ".join(said), url


@pytest.mark.parametrize(
    ("cores", "workers", "threads", "used"),
    [
        (2, 2, 1, 1),
        (2, 2, 16, 2),
        (2, 1, 16, 4),
        (1, 2, 16, 1),
        (8, 8, 1, 1),
        (8, 2, 4, 4),
        (2, 64, 16, 1),
        (None, 2, 4, 1),
    ],
)
def test_no_more_than_two_passwords_a_core_are_checked_at_once(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, workers: int, threads: int, used: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert config.Config(workers=workers, threads=threads).hashing_threads == used
