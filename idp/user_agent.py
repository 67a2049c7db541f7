"""What a browser calls itself, as people would call it; good for recognising one's own device, proof of nothing."""

from __future__ import annotations

import re

# The first that fits counts: nearly every browser also claims to be Chrome, Safari and Mozilla.
_BROWSERS = (
    (r"\bEdgi?A?(?:OS)?/", "Edge"),
    (r"\b(?:OPR|OPiOS|Opera)/", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bVivaldi/", "Vivaldi"),
    (r"\bYaBrowser/", "Yandex"),
    (r"\bDuckDuckGo/|\bDdg/", "DuckDuckGo"),
    (r"\b(?:Firefox|FxiOS)/", "Firefox"),
    (r"\b(?:Chromium|CriOS|Chrome)/", "Chrome"),
    (r"\bVersion/[\d.]+.* Safari/", "Safari"),
    (r"\bAppleWebKit/", "WebKit"),
)
_SYSTEMS = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac ?OS ?X\b|\bMacintosh\b", "macOS"),
    (r"\b(?:Linux|X11)\b", "Linux"),
)


def browser(user_agent: str | None) -> str | None:
    """The browser's name, or None when it can't be told."""
    return _first(_BROWSERS, user_agent or "")


def system(user_agent: str | None) -> str | None:
    """The name of the system or device it runs on, or None when it can't be told."""
    return _first(_SYSTEMS, user_agent or "")


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for pattern, name in known if re.search(pattern, user_agent)), None)
