import type { Config } from '../config/config.js';

const READ = (field: string): string => `node -pe 'JSON.parse(require("fs").readFileSync(0)).${field}'`;

/** What a newcomer pastes: log in, create a key, verify it. */
export function welcome({ http, oidc, keys }: Config): string {
  const { publicUrl } = http;
  const token = `${oidc.endpoint}/realms/${oidc.realm}/protocol/openid-connect/token`;
  return `
No identity provider is set, so the embedded one serves demo users. Never use this in production.
  Demo users   alice, bob, admin; each one's password is the login
  Switch them  ${oidc.endpoint}/  (disable a user, change roles)
  Log in       ${publicUrl}/

Paste these to log in, create a key and verify it:

TOKEN=$(curl -s ${token} -d grant_type=password -d client_id=${oidc.clientId} -d client_secret=${oidc.clientSecret} -d username=alice -d password=alice | ${READ('access_token')})
KEY=$(curl -s ${publicUrl}/v1/keys -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"my first key"}' | ${READ('key')})
curl -i ${publicUrl}/auth/check_key -H "${keys.headers[0]}: $KEY"
`;
}
