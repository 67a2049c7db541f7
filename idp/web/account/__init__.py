"""`/account`: what people see and change of their own account, a module a page."""

from __future__ import annotations

from idp.web.area import blueprint_of

blueprint = blueprint_of(__name__, "account")
