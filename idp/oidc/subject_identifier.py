"""Where the protocol's code finds `subject_identifier`."""

from idp.subject_identifier import subject_identifier

__all__ = ["subject_identifier"]
