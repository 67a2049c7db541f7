"""axe-core, the accessibility checker: installs it from its lock file and lets it look at a page.

The lock file names no registry, so that any mirror will do; made anew by
`npm install --package-lock-only --omit-lockfile-registry-resolved`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCES = [Path(__file__).parent / name for name in ("package.json", "package-lock.json")]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "foyer-tests"
NPM_CI = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class InstallationFailed(Exception):
    """npm could not install what the lock file names."""


def script() -> str:
    """axe-core's source, installed once for each lock file."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES)).hexdigest()
    target = CACHE / f"axe-{digest[:16]}"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as made:
            _install(Path(made) / "package", target)
    return (target / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def _install(folder: Path, target: Path) -> None:
    folder.mkdir()
    for source in SOURCES:
        shutil.copy(source, folder)
    done = subprocess.run(NPM_CI, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise InstallationFailed(done.stderr)
    try:
        folder.rename(target)  # whole or not at all, whoever else is installing
    except OSError:
        if not target.exists():
            raise


class Axe:
    """Looks at pages; `violations` has to be empty."""

    def __init__(self, source: str) -> None:
        self._source = source

    def violations(self, page: Page) -> list[str]:
        """What is wrong with the page as it is shown now, a line each."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(self._source)
        asked = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        result: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", asked)
        return [
            f"{each['id']}: {each['help']}: {json.dumps(node['target'])} {node['html'][:200]} {node['failureSummary']}"
            for each in result["violations"]
            for node in each["nodes"]
        ]
