"""Tests of `idp.web.admin.activity`."""
