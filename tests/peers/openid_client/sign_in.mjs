// A relying party on openid-client. Reads one JSON object a line from standard input and answers
// with one a line: first the wishes (answer: the authorization URL), then what came back to the
// redirect URI (answer: the claims of the ID token and of userinfo).
import { webcrypto } from 'node:crypto'
import * as client from 'openid-client'
import { createInterface } from 'node:readline'

globalThis.crypto ??= webcrypto // Node 18 has no global one yet, and the library looks for it

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value)
const say = (message) => console.log(JSON.stringify(message))

const METHODS = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
  none: client.None,
  private_key_jwt: () => client.PrivateKeyJwt(key),
}

// The key that the application has made for itself: it proves itself or signs its requests by it.
let key
async function makeKey(alg) {
  const kinds = {
    RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    PS256: { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    ES256: { name: 'ECDSA', namedCurve: 'P-256' },
    EdDSA: { name: 'Ed25519' },
  }
  const pair = await crypto.subtle.generateKey(kinds[alg], true, ['sign', 'verify'])
  key = { key: pair.privateKey, kid: 'its-own' }
  const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  say({ jwks: { keys: [{ kty, crv, x, y, n, e, kid: 'its-own', use: 'sig' }] } })
}

// Refreshes, asks about the new tokens where it has a secret to ask with, gives them back, and tries once more.
async function renew(config, tokens, wishes) {
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token)
  const told = []
  const ask = async () => {
    if (wishes.method === 'none') return
    for (const token of [renewed.access_token, renewed.refresh_token]) {
      told.push((await client.tokenIntrospection(config, token)).active)
    }
  }
  await ask()
  await client.fetchUserInfo(config, renewed.access_token, renewed.claims().sub)
  await client.tokenRevocation(config, renewed.refresh_token)
  await ask()
  const last = await client.refreshTokenGrant(config, renewed.refresh_token).catch((error) => error.error)
  const rotated = renewed.refresh_token !== tokens.refresh_token
  return { renewed: renewed.claims(), rotated, told, last }
}

async function signIn() {
  let wishes = await read()
  if (wishes.make_key) {
    await makeKey(wishes.make_key)
    wishes = await read()
  }
  const redirectUri = wishes.redirect_uri
  // The issuer of a test is a loopback address; signatures are checked although TLS would do.
  const options = {
    algorithm: wishes.well_known, // 'oidc', or 'oauth2' for the document of RFC 8414
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  }
  const config = wishes.register
    ? await client.dynamicClientRegistration(new URL(wishes.issuer), wishes.register, undefined, {
        ...options,
        initialAccessToken: wishes.initial_access_token,
      })
    : await client.discovery(
        new URL(wishes.issuer),
        wishes.client_id,
        {
          client_secret: wishes.client_secret,
          id_token_signed_response_alg: wishes.algorithm,
          userinfo_signed_response_alg: wishes.userinfo_algorithm,
        },
        METHODS[wishes.method](wishes.client_secret),
        options,
      )
  if (wishes.service) {
    const tokens = await client.clientCredentialsGrant(config, { scope: wishes.scope })
    const told = await client.tokenIntrospection(config, tokens.access_token)
    say({ token_type: tokens.token_type, scope: tokens.scope, refresh_token: tokens.refresh_token, told })
    return
  }
  if (wishes.device) {
    const started = await client.initiateDeviceAuthorization(config, { scope: wishes.scope })
    say(started)
    await read() // the person has decided, or is about to
    try {
      const tokens = await client.pollDeviceAuthorizationGrant(config, started)
      const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
      const renewed = await client.refreshTokenGrant(config, tokens.refresh_token)
      say({ id_token: tokens.claims(), userinfo, renewed: renewed.claims() })
    } catch (error) {
      say({ refused: error.error })
    }
    return
  }
  const checks = { idTokenExpected: true }
  const parameters = { redirect_uri: redirectUri, scope: wishes.scope }
  if (wishes.pkce) {
    if (!config.serverMetadata().supportsPKCE()) throw new Error('no PKCE in the metadata')
    checks.pkceCodeVerifier = client.randomPKCECodeVerifier()
    parameters.code_challenge = await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier)
    parameters.code_challenge_method = 'S256'
  }
  if (wishes.nonce) parameters.nonce = checks.expectedNonce = client.randomNonce()
  if (wishes.state) parameters.state = checks.expectedState = wishes.state
  if (wishes.max_age !== undefined) {
    checks.maxAge = wishes.max_age
    parameters.max_age = String(wishes.max_age)
  }
  if (wishes.response_mode) parameters.response_mode = wishes.response_mode
  let url
  if (wishes.sign_request) {
    const signed = await client.buildAuthorizationUrlWithJAR(config, parameters, key)
    url = wishes.push ? await client.buildAuthorizationUrlWithPAR(config, signed.searchParams) : signed
  } else {
    url = await (wishes.push ? client.buildAuthorizationUrlWithPAR : client.buildAuthorizationUrl)(config, parameters)
  }
  say({ authorization_url: url.href })

  const answer = await read()
  const arrived = answer.form
    ? new Request(redirectUri, { method: 'POST', body: new URLSearchParams(answer.form) })
    : new URL(answer.url)
  const tokens = await client.authorizationCodeGrant(config, arrived, checks)
  const idToken = tokens.claims()
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, idToken.sub)
  const learned = { registered: config.clientMetadata(), id_token: idToken, userinfo, token_type: tokens.token_type, expires_in: tokens.expires_in }
  if (wishes.leave) {
    // The library adds the client_id by itself.
    const leave = { post_logout_redirect_uri: wishes.leave, state: wishes.leave_state }
    if (wishes.leave_with_proof) leave.id_token_hint = tokens.id_token
    learned.end_session_url = client.buildEndSessionUrl(config, leave).href
  }
  say(wishes.renew ? { ...learned, ...(await renew(config, tokens, wishes)) } : learned)
}

try {
  await signIn()
} catch (error) {
  say({ refused: error.message, code: error.code, error: error.error })
}
process.exit()
