"""Relying parties from outside, each signing a person in against a running provider."""
