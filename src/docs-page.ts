import { escapeHtml } from './platform/html.js';

/** The frame of Swagger UI: no script of its own, every address relative, so that any path in front of it is right. */
export const docsPage = (title: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - Swagger UI</title>
<link rel="stylesheet" href="./swagger-ui.css">
<link rel="icon" type="image/png" href="./favicon-32x32.png">
<style>
body { margin: 0; }
#who { font: 15px/1.5 system-ui, sans-serif; padding: .6rem 20px; background: #f3f4f6; border-bottom: 1px solid #d1d5db; color: #111827; }
#who a { color: #1d4ed8; }
</style>
</head>
<body>
<div id="who" role="status"></div>
<div id="swagger-ui"></div>
<script src="./swagger-ui-bundle.js"></script>
<script src="./init.js"></script>
</body>
</html>
`;

/** How the page gets an access token for whoever logs in: with PKCE, for a script keeps no secret. */
export interface DocsLogin {
  readonly clientId: string;
  readonly redirectUrl: string;
}

/**
 * "Try it out" goes with the session's cookie, so without a client of its own there is nothing to authorize for all of the
 * page; but the lock of an operation opens what belongs to it, say the ways in which a key can be sent.
 */
export const docsScript = (documentUrl: string, login?: DocsLogin): string => `'use strict';
window.ui = SwaggerUIBundle({
  url: ${JSON.stringify(documentUrl)},
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  presets: [SwaggerUIBundle.presets.apis],
  ${login ? `oauth2RedirectUrl: ${JSON.stringify(login.redirectUrl)},` : WITHOUT_AUTHORIZE}
});
${login ? initLogin(login) : ''}const who = document.getElementById('who');
const link = (href, text) => Object.assign(document.createElement('a'), { href, textContent: text });
fetch('../v1/me').then(async (answer) => {
  if (answer.ok) who.append('Logged in as ' + (await answer.json()).login + '. "Try it out" acts as you. ', link('../logout', 'Log out'));
  else who.append('Not logged in. ', link('../auth/login?returnTo=/docs/', 'Log in'), ' to try the calls out here.');
});
`;

const WITHOUT_AUTHORIZE = `plugins: [({ React }) => ({
    components: {
      authorizeBtn: ({ showPopup, getComponent }) =>
        showPopup ? React.createElement(getComponent('authorizationPopup', true)) : null,
    },
  })],`;

const initLogin = ({ clientId }: DocsLogin): string =>
  `window.ui.initOAuth(${JSON.stringify({ clientId, scopes: ['openid'], usePkceWithAuthorizationCodeGrant: true })});
`;
