"""The first tables."""

SQL = """
CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE users (
  id {id}, sub TEXT NOT NULL UNIQUE, username TEXT NOT NULL UNIQUE, email TEXT UNIQUE,
  email_verified BOOLEAN NOT NULL, display_name TEXT, given_name TEXT, family_name TEXT, nickname TEXT, picture TEXT,
  locale TEXT, zoneinfo TEXT, claims TEXT NOT NULL, is_admin BOOLEAN NOT NULL, disabled_at BIGINT,
  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE TABLE retired_names (username TEXT NOT NULL PRIMARY KEY, retired_at BIGINT NOT NULL);
CREATE TABLE credentials (
  id {id}, user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE, authenticator TEXT NOT NULL, name TEXT NOT NULL,
  data TEXT NOT NULL, handle TEXT UNIQUE, failures INTEGER NOT NULL DEFAULT 0, disabled_at BIGINT,
  created_at BIGINT NOT NULL, last_used_at BIGINT);
CREATE INDEX credentials_user ON credentials (user_id, authenticator);
CREATE UNIQUE INDEX credentials_one_password ON credentials (user_id) WHERE authenticator = 'password';
CREATE TABLE groups (id {id}, name TEXT NOT NULL UNIQUE, display_name TEXT, require_mfa BOOLEAN NOT NULL,
  claims TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE memberships (
  id {id}, user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
  group_id BIGINT NOT NULL REFERENCES groups ON DELETE CASCADE, UNIQUE (user_id, group_id));
CREATE INDEX memberships_group ON memberships (group_id);
CREATE TABLE clients (
  id {id}, client_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, secret_digest TEXT, earlier_secrets TEXT NOT NULL,
  auth_method TEXT,
  redirect_uris TEXT NOT NULL, post_logout_redirect_uris TEXT NOT NULL, grant_types TEXT NOT NULL, scopes TEXT NOT NULL,
  allowed_groups TEXT NOT NULL, require_mfa BOOLEAN NOT NULL, require_pkce BOOLEAN NOT NULL, skip_consent BOOLEAN NOT NULL,
  id_token_alg TEXT NOT NULL, id_token_claims BOOLEAN NOT NULL, always_refresh BOOLEAN NOT NULL,
  access_token_format TEXT NOT NULL, userinfo_alg TEXT, introspects_all BOOLEAN NOT NULL, preset TEXT, app_url TEXT, logo_uri TEXT, logo TEXT,
  policy_uri TEXT, tos_uri TEXT, jwks TEXT, jwks_uri TEXT, request_object_alg TEXT, require_par BOOLEAN NOT NULL,
  subject_type TEXT NOT NULL, subject_source TEXT NOT NULL, sector_identifier_uri TEXT,
  backchannel_logout_uri TEXT, backchannel_logout_session_required BOOLEAN NOT NULL,
  frontchannel_logout_uri TEXT, frontchannel_logout_session_required BOOLEAN NOT NULL,
  initiate_login_uri TEXT, contacts TEXT NOT NULL, claims TEXT NOT NULL, registration_token_digest TEXT,
  registered_by TEXT, checked_at BIGINT,
  last_used_at BIGINT, last_failed_at BIGINT, last_failure TEXT, disabled_at BIGINT, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CHECK ((auth_method IS NOT NULL AND auth_method IN ('none', 'private_key_jwt')) = (secret_digest IS NULL)));
CREATE TABLE sessions (
  id {row}, digest TEXT NOT NULL UNIQUE, sid TEXT NOT NULL UNIQUE,
  user_id BIGINT REFERENCES users ON DELETE CASCADE, proofs TEXT NOT NULL, is_kept BOOLEAN NOT NULL, data TEXT NOT NULL,
  address TEXT,
  user_agent TEXT, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE TABLE interactions (
  id TEXT NOT NULL PRIMARY KEY, session_id BIGINT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  client_id BIGINT REFERENCES clients ON DELETE CASCADE, request TEXT NOT NULL, answers TEXT NOT NULL,
  challenge TEXT NOT NULL, attempt TEXT NOT NULL, started_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX interactions_session ON interactions (session_id);
CREATE INDEX interactions_client ON interactions (client_id);
CREATE INDEX interactions_expires ON interactions (expires_at);
CREATE TABLE pushed_requests (
  digest TEXT NOT NULL PRIMARY KEY, client_id BIGINT NOT NULL REFERENCES clients ON DELETE CASCADE,
  request TEXT NOT NULL, interaction TEXT, expires_at BIGINT NOT NULL);
CREATE INDEX pushed_requests_client ON pushed_requests (client_id);
CREATE INDEX pushed_requests_expires ON pushed_requests (expires_at);
CREATE TABLE consents (
  id {id}, user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
  client_id BIGINT NOT NULL REFERENCES clients ON DELETE CASCADE, scopes TEXT NOT NULL, claims TEXT NOT NULL,
  granted_at BIGINT NOT NULL, UNIQUE (user_id, client_id));
CREATE INDEX consents_client ON consents (client_id);
CREATE TABLE grants (
  id {row}, user_id BIGINT REFERENCES users ON DELETE CASCADE,
  client_id BIGINT NOT NULL REFERENCES clients ON DELETE CASCADE, sid TEXT, scopes TEXT NOT NULL,
  id_token_claims TEXT NOT NULL, userinfo_claims TEXT NOT NULL, auth_time BIGINT, acr TEXT, amr TEXT,
  attempt TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT, code_digest TEXT UNIQUE, code_expires_at BIGINT, code_used_at BIGINT, code_challenge TEXT,
  redirect_uri TEXT, nonce TEXT, userinfo_at BIGINT,
  CHECK (user_id IS NULL OR (sid IS NOT NULL AND auth_time IS NOT NULL AND acr IS NOT NULL AND amr IS NOT NULL
    AND code_digest IS NOT NULL AND code_expires_at IS NOT NULL)));
CREATE INDEX grants_user ON grants (user_id);
CREATE INDEX grants_expires ON grants (expires_at);
CREATE TABLE access_tokens (
  digest TEXT NOT NULL PRIMARY KEY, grant_id BIGINT NOT NULL REFERENCES grants ON DELETE CASCADE,
  expires_at BIGINT NOT NULL, scopes TEXT) {by_digest};
CREATE INDEX access_tokens_grant ON access_tokens (grant_id);
CREATE TABLE refresh_tokens (
  digest TEXT NOT NULL PRIMARY KEY, grant_id BIGINT NOT NULL REFERENCES grants ON DELETE CASCADE,
  expires_at BIGINT NOT NULL, used_at BIGINT) {by_digest};
CREATE INDEX refresh_tokens_grant ON refresh_tokens (grant_id);
CREATE TABLE device_codes (
  id {id}, digest TEXT NOT NULL UNIQUE, user_code TEXT NOT NULL UNIQUE,
  client_id BIGINT NOT NULL REFERENCES clients ON DELETE CASCADE, scopes TEXT NOT NULL, attempt TEXT NOT NULL,
  address TEXT, poll_interval INTEGER NOT NULL, polled_at BIGINT, allowed_at BIGINT, denied_at BIGINT,
  created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, CHECK (allowed_at IS NULL OR denied_at IS NULL));
CREATE INDEX device_codes_client ON device_codes (client_id);
CREATE INDEX device_codes_expires ON device_codes (expires_at);
CREATE TABLE used_assertions (digest TEXT NOT NULL PRIMARY KEY, expires_at BIGINT NOT NULL);
CREATE INDEX used_assertions_expires ON used_assertions (expires_at);
CREATE TABLE links (
  digest TEXT NOT NULL PRIMARY KEY, purpose TEXT NOT NULL, user_id BIGINT REFERENCES users ON DELETE CASCADE, email TEXT,
  asked_by_anybody BOOLEAN NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT);
CREATE INDEX links_user ON links (user_id);
CREATE INDEX links_expires ON links (expires_at);
CREATE TABLE invitations (
  id {id}, digest TEXT NOT NULL UNIQUE, groups TEXT NOT NULL, client_id BIGINT REFERENCES clients ON DELETE CASCADE,
  uses INTEGER NOT NULL, used INTEGER NOT NULL, made_by TEXT NOT NULL, created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL, withdrawn_at BIGINT, CHECK (used <= uses));
CREATE INDEX invitations_client ON invitations (client_id);
CREATE INDEX invitations_expires ON invitations (expires_at);
CREATE TABLE registration_tokens (
  id {id}, digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL, uses INTEGER NOT NULL, used INTEGER NOT NULL,
  created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, withdrawn_at BIGINT, CHECK (used <= uses));
CREATE INDEX registration_tokens_expires ON registration_tokens (expires_at);
CREATE TABLE mails (
  id {id}, kind TEXT NOT NULL, user_id BIGINT REFERENCES users ON DELETE CASCADE, recipient TEXT, detail TEXT NOT NULL,
  message_id TEXT NOT NULL, tries INTEGER NOT NULL, created_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL);
CREATE INDEX mails_user ON mails (user_id);
CREATE INDEX mails_due ON mails (due_at);
CREATE INDEX mails_expires ON mails (expires_at);
CREATE TABLE logout_deliveries (
  id {id}, sign_out TEXT NOT NULL, client_id BIGINT NOT NULL REFERENCES clients ON DELETE CASCADE, username TEXT NOT NULL,
  sub TEXT NOT NULL, sid TEXT NOT NULL, tries INTEGER NOT NULL, problem TEXT, created_at BIGINT NOT NULL,
  due_at BIGINT, delivered_at BIGINT, expires_at BIGINT NOT NULL);
CREATE INDEX logout_deliveries_sign_out ON logout_deliveries (sign_out);
CREATE INDEX logout_deliveries_client ON logout_deliveries (client_id);
CREATE INDEX logout_deliveries_sid ON logout_deliveries (sid);
CREATE INDEX logout_deliveries_due ON logout_deliveries (due_at);
CREATE INDEX logout_deliveries_expires ON logout_deliveries (expires_at);
CREATE TABLE devices (
  id {id}, user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE, digest TEXT NOT NULL,
  expires_at BIGINT NOT NULL, UNIQUE (user_id, digest));
CREATE INDEX devices_expires ON devices (expires_at);
CREATE TABLE throttles (key TEXT NOT NULL PRIMARY KEY, failures INTEGER NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX throttles_expires ON throttles (expires_at);
CREATE TABLE activities (
  id {row}, at BIGINT NOT NULL, event TEXT NOT NULL, attempt TEXT, username TEXT, client_id TEXT, address TEXT,
  detail TEXT NOT NULL);
CREATE INDEX activities_attempt ON activities (attempt);
"""
