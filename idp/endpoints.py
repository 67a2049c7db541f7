"""Where applications and their browsers ask: the path of each endpoint, below the issuer."""

from __future__ import annotations

AUTHORIZATION = "/authorize"
PUSHED_AUTHORIZATION = "/par"
DEVICE_AUTHORIZATION = "/device_authorization"
DEVICE = "/device"  # where people type the code of a device
TOKEN = "/token"  # noqa: S105  an address
USERINFO = "/userinfo"
INTROSPECTION = "/introspect"
REVOCATION = "/revoke"
END_SESSION = "/logout"
REGISTRATION = "/register"
DISCOVERY = "/.well-known/openid-configuration"
AS_DISCOVERY = "/.well-known/oauth-authorization-server"  # RFC 8414 3
JWKS = "/jwks"
WEBFINGER = "/.well-known/webfinger"
HEALTH = "/health"
