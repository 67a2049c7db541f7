"""The languages that pages exist in, each by its own name."""

from __future__ import annotations

OFFERED = {"en": "English"}  # by BCP 47 tag, which is what the `locale` claim carries
