"""The application's address: sub-paths, ports, slashes, and what isn't one."""

from __future__ import annotations

import pytest

from idp.errors import Invalid
from idp.presets import address


@pytest.mark.parametrize(
    ("app_url", "app", "origin", "app_port"),
    [
        ("https://a.example", "https://a.example", "https://a.example", "https://a.example:443"),
        ("https://a.example/", "https://a.example", "https://a.example", "https://a.example:443"),
        ("https://a.example//", "https://a.example", "https://a.example", "https://a.example:443"),
        ("https://a.example/b/c/", "https://a.example/b/c", "https://a.example", "https://a.example:443/b/c"),
        ("https://a.example/Web", "https://a.example/Web", "https://a.example", "https://a.example:443/Web"),
        ("HTTPS://A.Example:443/b", "https://a.example/b", "https://a.example", "https://a.example:443/b"),
        ("https://a.example:8443", "https://a.example:8443", "https://a.example:8443", "https://a.example:8443"),
        ("http://nas.lan:80", "http://nas.lan", "http://nas.lan", "http://nas.lan:80"),
        ("http://nas.lan:443", "http://nas.lan:443", "http://nas.lan:443", "http://nas.lan:443"),
        ("http://10.0.0.2:8096/j", "http://10.0.0.2:8096/j", "http://10.0.0.2:8096", "http://10.0.0.2:8096/j"),
        ("https://[2001:DB8::1]/x", "https://[2001:db8::1]/x", "https://[2001:db8::1]", "https://[2001:db8::1]:443/x"),
    ],
)
def test_an_address_is_written_as_browsers_write_it(app_url: str, app: str, origin: str, app_port: str) -> None:
    scheme = app.partition(":")[0]
    assert address.values(app_url) == {"app": app, "origin": origin, "app_port": app_port, "app_scheme": scheme}


@pytest.mark.parametrize(
    "app_url",
    ["", "a.example", "//a.example", "https://", "https:a.example", "ftp://a.example", "javascript:alert(1)",
     "app.immich:///x", "https://a.example:port", "https://a.example:99999", "https://[::1", "https://a.example/<b>",
     "https://a.example/ b", "https://a.example/{app}", "https://a.example/\n", "https://a.example/\"", "\udcff"],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_address_is_refused_for_its_field(app_url: str) -> None:
    with pytest.raises(Invalid) as refused:
        address.values(app_url)
    assert list(refused.value.problems) == ["app_url"]
    assert "https://app.example.org" in str(refused.value)


@pytest.mark.parametrize(
    "app_url",
    ["https://a.example/web/#/home", "https://a.example/?x=1", "https://a.example#", "https://a.example?",
     "https://ada:secret@a.example/"],
)  # fmt: skip
def test_more_than_an_address_is_refused_with_what_is_enough(app_url: str) -> None:
    with pytest.raises(Invalid, match=r"as in https://a\.example(/web)?$"):
        address.values(app_url)
