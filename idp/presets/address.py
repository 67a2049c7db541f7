"""The application's own address, as the redirect URIs of a preset are made from it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from idp.errors import Invalid

_STANDARD_PORTS = {"https": 443, "http": 80}
_VISIBLE = re.compile(r"[!-~]+")  # urlsplit drops tabs and line ends, so they are looked for before
_HOST = re.compile(r"[a-z0-9._:-]+")
_PATH = re.compile(r"[A-Za-z0-9/._~%!$&'()+,;=:@-]*")


def values(app_url: str) -> dict[str, str]:
    """What `{app}`, `{origin}`, `{app_port}` and `{app_scheme}` stand for; raises Invalid for the field `app_url`.

    `{app}` has no slash at its end, `{origin}` leaves the path out, `{app_port}` names the port even if it is the usual one,
    `{app_scheme}` is https or http.
    """
    try:
        parts = urlsplit(app_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Invalid(app_url=_not_an_address(app_url)) from None
    good = _VISIBLE.fullmatch(app_url) and _HOST.fullmatch(host or "") and _PATH.fullmatch(parts.path)
    if not good or host is None or parts.scheme not in _STANDARD_PORTS:
        raise Invalid(app_url=_not_an_address(app_url))
    # Browsers write host names in lower case and leave the usual port out, so applications send them like that.
    usual = _STANDARD_PORTS[parts.scheme]
    host = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")
    path = parts.path.rstrip("/")
    if "@" in parts.netloc or "?" in app_url or "#" in app_url:
        raise Invalid(
            app_url=f"{app_url!r} is more than an address. Leave out what follows # or ? and any user name, as in {origin}{path}"
        )
    return {
        "app": origin + path,
        "origin": origin,
        "app_port": f"{parts.scheme}://{host}:{port or usual}{path}",
        "app_scheme": parts.scheme,
    }


def _not_an_address(app_url: str) -> str:
    return f"{app_url!r} is not a web address. It begins with https:// or http://, as in https://app.example.org"
