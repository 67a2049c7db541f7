"""Tests of `idp.web.admin`."""
