"""The port that is listened on, and what is said of an address with another one."""

from __future__ import annotations

import pytest

from idp import listening


@pytest.mark.parametrize(
    ("issuer", "bind", "set_to"),
    [("http://localhost:8000", "127.0.0.1:8613", "http://localhost:8613"), ("http://127.0.0.1:8000", "[::]:9", "http://localhost:9"),
     ("http://localhost", "127.0.0.1:8000", "http://localhost:8000"), ("http://[::1]:8000", "0.0.0.0:80", "http://localhost")],
)  # fmt: skip
def test_an_address_on_this_machine_with_another_port_is_told(issuer: str, bind: str, set_to: str) -> None:
    sentence = listening.warning(issuer, bind)
    assert sentence is not None and sentence.endswith(f"set IDP_ISSUER={set_to}.")


@pytest.mark.parametrize(
    ("issuer", "bind"),
    [("http://localhost:8000", "127.0.0.1:8000"), ("http://localhost", "0.0.0.0:80"), ("https://localhost", "127.0.0.1:8000"),
     ("http://localhost:8000", "unix:/run/foyer:9"), ("http://id.example.org", "127.0.0.1:8000")],
)  # fmt: skip
def test_one_behind_a_proxy_or_with_the_same_port_is_not(issuer: str, bind: str) -> None:
    assert listening.warning(issuer, bind) is None
