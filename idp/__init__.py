"""Foyer: a small standalone OpenID Connect identity provider."""

__version__ = "0.1.0"
