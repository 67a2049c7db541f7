"""The applications that sign people in here."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, TextField

from idp.storage.models.row import JSONText, Row

BUILT_IN = "foyer-sign-in-test"  # the client_id of our own application, by which administrators try a sign-in out


class Client(Row):
    """An application that signs people in here (RFC 7591 names where they exist)."""

    LASTING = True

    client_id = TextField(unique=True)
    name = TextField(unique=True)
    secret_digest = TextField(null=True)  # absent exactly for public clients and those that prove themselves by a key
    earlier_secrets = JSONText(default=list)  # still good for a while: objects with `digest` and `expires_at`
    auth_method = TextField(null=True)  # absent: client_secret_basic and client_secret_post both count
    redirect_uris = JSONText()
    post_logout_redirect_uris = JSONText(default=list)
    grant_types = JSONText(default=lambda: ["authorization_code", "refresh_token"])
    scopes = JSONText()
    allowed_groups = JSONText(default=list)  # names; empty means everybody
    require_mfa = BooleanField(default=False)
    require_pkce = BooleanField(default=False)
    skip_consent = BooleanField(default=False)
    id_token_alg = TextField(default="RS256")
    id_token_claims = BooleanField(default=True)  # scope claims in the ID token too, not only at userinfo
    always_refresh = BooleanField(default=False)  # refresh tokens without the scope offline_access too
    access_token_format = TextField(default="opaque")  # or jwt, which a resource can read by itself (RFC 9068)
    userinfo_alg = TextField(null=True)  # how userinfo is signed; absent: it is plain JSON
    introspects_all = BooleanField(default=False)  # may ask about the tokens of other clients
    preset = TextField(null=True)  # the preset it was made from
    app_url = TextField(null=True)
    logo_uri = TextField(null=True)
    logo = TextField(null=True)  # the file name among our pictures, which counts before logo_uri
    policy_uri = TextField(null=True)
    tos_uri = TextField(null=True)
    jwks = JSONText(null=True)  # the client's public keys: a JWK Set …
    jwks_uri = TextField(null=True)  # … or where they are, never both
    request_object_alg = TextField(null=True)  # how its request objects are signed; absent: any algorithm we read
    require_par = BooleanField(default=False)  # only pushed authorization requests (RFC 9126 6)
    subject_type = TextField(default="public")  # or pairwise
    subject_source = TextField(default="uuid")  # what `sub` is made of: uuid, username or email
    sector_identifier_uri = TextField(null=True)
    backchannel_logout_uri = TextField(null=True)
    backchannel_logout_session_required = BooleanField(default=False)
    frontchannel_logout_uri = TextField(null=True)
    frontchannel_logout_session_required = BooleanField(default=False)
    initiate_login_uri = TextField(null=True)
    contacts = JSONText(default=list)
    claims = JSONText(default=dict)  # custom claims of everybody who signs in to it, by name
    registration_token_digest = TextField(null=True)  # of a client that registered itself (RFC 7592 3)
    registered_by = TextField(null=True)  # the name of the token with which it registered itself
    checked_at = BigIntegerField(null=True)  # when an administrator found right what had registered itself
    last_used_at = BigIntegerField(null=True)  # when somebody last got in, to the minute
    last_failed_at = BigIntegerField(null=True)  # when a sign-in last failed through no person's fault …
    last_failure = TextField(null=True)  # … and why, in the activity log's word
    disabled_at = BigIntegerField(null=True)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "clients"

    @property
    def is_public(self) -> bool:
        """Whether this client can't keep a secret."""
        return self.auth_method == "none"

    @property
    def is_built_in(self) -> bool:
        """Whether this is our own application, which nobody registered and nobody changes."""
        return bool(self.client_id == BUILT_IN)

    @property
    def is_unchecked(self) -> bool:
        """Whether this client registered itself, and no administrator has found right what it is now."""
        return self.registered_by is not None and self.checked_at is None

    @property
    def has_secret(self) -> bool:
        """Whether this client proves itself by a secret."""
        return self.secret_digest is not None
