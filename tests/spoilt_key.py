"""Files of signing keys that mustn't be used, or can't be."""

from __future__ import annotations

from pathlib import Path


def spoil(path: Path, fault: str) -> None:
    """Let a key's file be `missing`, `damaged` or `exposed` to others."""
    if fault == "missing":
        path.unlink()
    elif fault == "damaged":
        path.write_text("garbage")
    else:
        path.chmod(0o644)
