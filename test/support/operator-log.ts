import type { TestServer } from './app.js';

/** What an operator has read of the synchronisation since the last look: level and sentence. */
export function newLines(server: TestServer): () => string[] {
  let seen = 0;
  return () => {
    const fresh = server.lines.slice(seen);
    seen = server.lines.length;
    return fresh
      .map((line) => JSON.parse(line) as { level: string; context?: string; msg?: string })
      .filter(({ context }) => context === 'KeycloakSync')
      .map(({ level, msg }) => `${level}: ${msg}`);
  };
}
