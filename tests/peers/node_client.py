"""The openid-client relying party as a process: installs it from its lock file and talks to it.

The lock file names no registry, so that any mirror will do:
`npm install --omit-lockfile-registry-resolved --ignore-scripts` makes it anew.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent / "openid_client"
NPM_CI = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")


class InstallationFailed(Exception):
    """npm could not install what the lock file names."""


def installed_in(cache: Path, sources: Path = SOURCES) -> Path:
    """A folder in `cache` with the scripts and their installed packages, made once a lock file."""
    digest = hashlib.sha256()
    for source in sorted(sources.iterdir()):
        digest.update(source.read_bytes())
    target = cache / digest.hexdigest()[:16]
    if target.exists():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as made:
        folder = Path(shutil.copytree(sources, Path(made) / "package"))
        result = subprocess.run(NPM_CI, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if result.returncode != 0:
            raise InstallationFailed(result.stderr)
        try:
            os.rename(folder, target)  # whole or not at all, whoever else is installing
        except OSError:
            if not target.exists():
                raise
    return target


class NodeClient:
    """One sign-in by the script: its wishes, then what came back."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            ("node", "sign_in.mjs"),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, message: dict[str, Any]) -> dict[str, Any]:
        """Say one thing and hear the answer."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the script, whether it is through or not."""
        self.process.kill()
        self.process.communicate()
