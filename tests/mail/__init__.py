"""Tests of idp.mail."""
