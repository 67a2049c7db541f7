"""Tests of `idp.web.admin.applications`."""
