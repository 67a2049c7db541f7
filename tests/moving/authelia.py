"""The files of an installation of Authelia, as its documentation describes them."""

from __future__ import annotations

from pathlib import Path

PASSWORD = "p4ssw0rd of an old house"
OLD_HASH_PARAMETERS = {"time_cost": 3, "memory_cost": 65_536, "parallelism": 4}  # Authelia's defaults
# The example of its documentation: the hash of this secret.
SECRET = "insecure_secret"
HASHED = (
    "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$"
    "JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng"
)
PLAIN_SECRET = "a-plain-secret-of-an-older-configuration-1"

CONFIGURATION = f"""
theme: 'dark'
server:
  address: 'tcp://:9091'
session:
  cookies:
    - domain: 'example.com'
      authelia_url: 'https://auth.example.com'
access_control:
  default_policy: 'deny'
  rules:
    - domain: 'movies.example.com'
      policy: 'two_factor'
identity_providers:
  oidc:
    hmac_secret: 'this_is_a_secret_abc123abc123abc'
    jwks:
      - key_id: 'main'
        algorithm: 'RS256'
    clients:
      - client_id: 'jellyfin'
        client_name: 'Jellyfin'
        client_secret: '{HASHED}'
        public: false
        authorization_policy: 'one_factor'
        require_pkce: true
        pkce_challenge_method: 'S256'
        redirect_uris:
          - 'https://app.example/callback'
        scopes: ['openid', 'profile', 'groups']
        consent_mode: 'implicit'
        userinfo_signed_response_alg: 'none'
        token_endpoint_auth_method: 'client_secret_post'
      - client_id: 'grafana'
        client_name: 'Grafana'
        client_secret: '$plaintext${PLAIN_SECRET}'
        authorization_policy: 'two_factor'
        redirect_uris:
          - 'https://grafana.example.com/login/generic_oauth'
        scopes: ['openid', 'email', 'address']
      - id: 'nextcloud'
        description: 'Nextcloud'
        secret: '$2b$12$jLN825v80y66hHpP2C5WgOPVzdjOFjcoo.h..qTdjzD5qehYzeGFq'
        authorization_policy: 'family_only'
        redirect_uris:
          - 'https://nextcloud.example.com/apps/oidc_login/oidc'
      - client_id: 'phone'
        client_name: 'Phone'
        public: true
        authorization_policy: 'one_factor'
        redirect_uris: ['app.example:/callback']
      - client_id: 'archive'
        client_name: 'Archive'
        client_secret: ''
        authorization_policy: 'one_factor'
        token_endpoint_auth_method: 'private_key_jwt'
        jwks_uri: 'https://archive.example.com/jwks.json'
        request_object_signing_alg: 'ES256'
        require_pushed_authorization_requests: true
        userinfo_signed_response_alg: 'RS256'
        id_token_signed_response_alg: 'RS512'
        access_token_signed_response_alg: 'RS256'
        grant_types: ['authorization_code', 'implicit']
        redirect_uris: ['https://archive.example.com/callback']
      - client_id: 'nightly'
        client_name: 'Nightly'
        client_secret: '$plaintext$short'
        authorization_policy: 'one_factor'
        grant_types: ['client_credentials']
        scopes: ['backup.read']
      - client_id: 'broken'
        client_name: 'Broken'
        redirect_uris: ['https://*.example.com/callback']
"""

USERS = """
users:
  john:
    disabled: false
    displayname: 'John Doe'
    password: '{hashed}'
    email: 'John.Doe@example.com'
    groups:
      - 'admins'
      - 'dev'
  harry:
    displayname: 'Harry Potter'
    given_name: 'Harry'
    family_name: 'Potter'
    phone_number: '+44 20 7946 0000'
    password: '$6$rounds=50000$aFr56HjK3DrB8t3S$zhPQiS85cgBlNhUKKE6n/AHMlpqrvYSnSL3fEVkK0yHFQ.oFFAd8D4OhPAy18K5U61Z2eBhxQXExGU/eknXlY1'
    email: 'harry.potter@example.com'
    groups: []
  bob:
    disabled: true
    displayname: 'Bob'
    password: '{hashed}'
    email: 'bob@example.com'
    groups: 'dev'
  'Renée!':
    displayname: 'Renée'
    password: '{hashed}'
    email: 'renee@example.com'
"""


def write(folder: Path) -> tuple[Path, Path]:
    """Write both files and return their paths."""
    from argon2 import PasswordHasher

    configuration, users = folder / "configuration.yml", folder / "users_database.yml"
    configuration.write_text(CONFIGURATION)
    users.write_text(USERS.replace("{hashed}", PasswordHasher(**OLD_HASH_PARAMETERS).hash(PASSWORD)))
    return configuration, users
