// npm oidc-provider as it would be set up for the same task: PORT CLIENTS(json) USERS(json) PASSWORD on the command line.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { hash, verify } from '@node-rs/argon2';
import Provider from 'oidc-provider';

const [port, clients, users, password] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const parameters = { memoryCost: 19456, timeCost: 2, parallelism: 1 }; // argon2id is the default algorithm
const stored = await hash(password, parameters);
const accounts = new Set(JSON.parse(users));

// The package's own MemoryAdapter forgets entries beyond a thousand; this one forgets nothing.
const entries = new Map();
const sessionOfUid = new Map();
const keysOfGrant = new Map();

class Memory {
  constructor(model) { this.prefix = `${model}:`; }

  async upsert(id, payload) {
    const key = this.prefix + id;
    entries.set(key, payload);
    if (this.prefix === 'Session:') sessionOfUid.set(payload.uid, id);
    if (!payload.grantId || this.prefix === 'Grant:') return;
    if (!keysOfGrant.has(payload.grantId)) keysOfGrant.set(payload.grantId, new Set());
    keysOfGrant.get(payload.grantId).add(key);
  }

  async find(id) { return entries.get(this.prefix + id); }

  async findByUid(uid) { return this.find(sessionOfUid.get(uid)); }

  async findByUserCode() { return undefined; }

  async consume(id) { entries.get(this.prefix + id).consumed = Math.floor(Date.now() / 1000); }

  async destroy(id) { entries.delete(this.prefix + id); }

  async revokeByGrantId(grant) {
    for (const key of keysOfGrant.get(grant) ?? []) entries.delete(key);
    keysOfGrant.delete(grant);
  }
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const provider = new Provider(issuer, {
  adapter: Memory,
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  clients: JSON.parse(clients).map(([id, secret, redirectUri]) => ({
    client_id: id,
    client_secret: secret,
    redirect_uris: [redirectUri],
    grant_types: id === 'refreshing' ? ['authorization_code', 'refresh_token'] : ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
  })),
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false, // the product puts the scope's claims into the ID token as well
  features: { devInteractions: { enabled: false }, introspection: { enabled: true } },
  issueRefreshToken: async (_context, client) => client.clientId === 'refreshing',
  rotateRefreshToken: true,
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  ttl: { AuthorizationCode: 60, AccessToken: 3600, IdToken: 3600, Grant: 86400, Interaction: 3600, RefreshToken: 86400, Session: 86400 },
  async findAccount(_context, id) {
    const claims = {
      sub: id, name: 'Alice Example', preferred_username: id, email: `${id}@example.org`, email_verified: true,
    };
    return { accountId: id, claims: async () => claims };
  },
  // consent is skipped for the client, on both sides
  async loadExistingGrant({ oidc }) {
    const known = oidc.session.grantIdFor(oidc.client.clientId);
    if (known) return provider.Grant.find(known);
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});

const page = '<!doctype html><form method="post" action=""><input name="username"><input name="password" type="password"></form>';

async function interaction(request, response) {
  if (request.method === 'GET') {
    await provider.interactionDetails(request, response);
    response.setHeader('content-type', 'text/html');
    return response.end(page);
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const form = new URLSearchParams(body);
  const right = await verify(stored, form.get('password') ?? '');
  if (!right || !accounts.has(form.get('username'))) {
    response.statusCode = 401;
    return response.end('no');
  }
  const result = { login: { accountId: form.get('username') } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const protocol = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return protocol(request, response);
  return interaction(request, response).catch((error) => {
    response.statusCode = 500;
    response.end(String(error));
  });
}).listen(Number(port), '127.0.0.1');
