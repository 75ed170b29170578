import { parseConfig } from '../../src/config/parse-config.js';
import type { Config } from '../../src/config/config.js';
import { environmentOf, only, render } from './chart.js';
import type { Rendered } from './chart.js';

/** What the Service and the Deployment select by. */
export const SELECTOR = { 'app.kubernetes.io/name': 'apikeymanager', 'app.kubernetes.io/instance': 'keys' };
const SECRETS = {
  APIKM_DATABASE_URL: 'postgresql://apikm:s@db/apikm',
  APIKM_OIDC_ENDPOINT: 'https://sso.example.org',
  APIKM_OIDC_REALM: 'main',
  APIKM_OIDC_CLIENT_ID: 'apikeymanager',
  APIKM_OIDC_CLIENT_SECRET: 'client-secret',
  APIKM_COOKIE_SECRET: '0123456789abcdef0123456789abcdef',
};

/** A file of helm/ci, with values over it. */
export const example = (name: string, ...over: readonly object[]): Rendered =>
  render(`helm/ci/${name}-values.yaml`, ...over);
export const deployment = (rendered: Rendered): any => only(rendered, 'Deployment').spec;
export const server = (rendered: Rendered): any => deployment(rendered).template.spec.containers[0];

/** As the server reads it, or the Job, with what the Secrets of others would hold. */
export const configOf = (rendered: Rendered, kind?: string): Config => {
  const given = Object.entries(environmentOf(rendered, kind)).filter(([, value]) => value !== '');
  return parseConfig({ NODE_ENV: 'production', ...SECRETS, ...Object.fromEntries(given) });
};
