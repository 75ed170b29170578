// The settings that our server is measured with, whether it runs inside server.mjs or as `node dist/main.js`.
export const settingsFor = (databaseUrl) => ({
  APIKM_DATABASE_URL: databaseUrl,
  APIKM_OIDC_ENDPOINT: 'http://127.0.0.1:9',
  APIKM_OIDC_REALM: 'bench',
  APIKM_OIDC_CLIENT_ID: 'bench',
  APIKM_OIDC_CLIENT_SECRET: 'bench',
  APIKM_COOKIE_SECRET: 'only-for-the-bench-0123456789abcdef',
  APIKM_KEYCLOAK_SYNC_FREQ: '0',
  APIKM_RATE_LIMIT: '20/hour',
  // The load comes from one address; forwarded ones stand for its clients.
  APIKM_TRUSTED_PROXIES: '127.0.0.1',
  APIKM_LOG_LEVEL: 'silent',
});
