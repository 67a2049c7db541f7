"""oidc-agent of Debian's package, which keeps tokens for command lines: signs a person in by the device flow."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.server import Server

from .device import decide, register_device

PACKAGE = "oidc-agent-cli"
SCOPE = "openid profile groups offline_access"
Run = Callable[..., str]


@pytest.fixture
def environment(needs: Callable[[str, str], str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """A running agent with a folder of its own: the variables by which its commands find it."""
    agent = needs("oidc-agent", PACKAGE)
    configurations = tmp_path / "oidc"
    configurations.mkdir()
    found = {
        **os.environ, "HOME": str(tmp_path), "OIDC_CONFIG_DIR": str(configurations), "OIDC_ENCRYPTION_PW": "for this test",
    }  # fmt: skip
    started = subprocess.run(
        [agent, "--no-autoload"], env=found, capture_output=True, text=True, check=True, timeout=30
    )
    found |= dict(re.findall(r"(OIDC\w+)=([^;]+);", started.stdout))
    yield found
    os.kill(int(found["OIDCD_PID"]), signal.SIGTERM)


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """`run("oidc-token", …)`: what a command prints that succeeds."""

    def command(*words: str) -> str:
        done = subprocess.run(
            words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    return command


class Generating:
    """`oidc-gen` on its way: shows a code, then waits for somebody who decides."""

    def __init__(self, server: Server, environment: dict[str, str], client: dict[str, str]) -> None:
        self._shown, self._has_code = "", threading.Event()
        self.user_code = ""
        self.process = subprocess.Popen(
            ["oidc-gen", "tv", "--iss", server.issuer, "--client-id", client["client_id"], "--client-secret",
             client.get("client_secret", ""), "--scope", SCOPE, "--flow=device", "--prompt=none", "--confirm-yes",
             "--pw-env", "--no-url-call"],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        assert self._has_code.wait(30), self._shown

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as printed:
            for line in printed:
                self._shown += line
                if found := re.search(r"enter the code: (\S+)", line):
                    self.user_code = found[1]
                    self._has_code.set()
        self._has_code.set()

    def end(self) -> tuple[int, str]:
        """How it ended, and what it printed."""
        code = self.process.wait(60)
        self._reader.join(30)
        return code, self._shown


@pytest.mark.parametrize("options", [(), ("--auth-method", "client_secret_basic")], ids=["either method", "basic"])
def test_a_command_line_gets_tokens_and_new_ones(server, environment, run, options) -> None:
    generating = Generating(server, environment, register_device(server, *options))
    assert "go back to your device" in decide(server, generating.user_code, "allow")
    code, shown = generating.end()
    assert code == 0 and "Everything setup correctly" in shown, shown
    first = run("oidc-token", "tv")
    run("oidc-add", "--remove", "tv")
    run("oidc-add", "--pw-env", "tv")  # from what it has kept: its refresh token
    second = run("oidc-token", "--force-new", "tv")
    assert first != second
    for token in (first, second):
        answer = requests.get(f"{server.issuer}/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=30)
        assert answer.json()["preferred_username"] == "alice" and sorted(answer.json()["groups"]) == ["family", "media"]


def test_who_says_no_gives_it_nothing(server, environment) -> None:
    generating = Generating(server, environment, register_device(server))
    assert "The device stays out" in decide(server, generating.user_code, "deny")
    code, shown = generating.end()
    assert code != 0 and "Everything setup correctly" not in shown
