"""Tests of `idp.web.account`."""
