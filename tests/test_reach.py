"""Which hosts are this machine, for browsers and for programs."""

from __future__ import annotations

import pytest

from idp.reach import is_loopback, is_loopback_for_programs


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "127.255.255.254", "::1"])
def test_this_machine_is_itself_for_everybody(host: str) -> None:
    assert is_loopback(host) and is_loopback_for_programs(host)


def test_names_below_localhost_are_it_for_browsers_only() -> None:
    assert is_loopback("id.localhost")
    assert not is_loopback_for_programs("id.localhost"), "the resolver may answer anything"


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "localhost.example.org",
        "notlocalhost",
        "127.0.0.1.example.org",
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "128.0.0.1",
    ],
)
def test_other_machines_are_others(host: str) -> None:
    assert not is_loopback(host) and not is_loopback_for_programs(host)
