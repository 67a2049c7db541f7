"""Journeys and attacks through the running provider: nothing is mocked, nothing is called but over HTTP."""
