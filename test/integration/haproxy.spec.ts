import { describe } from 'vitest';
import { recipes } from '../support/gateway.js';
import type { Place } from '../support/gateway.js';
import { keepsTheGate } from '../support/gateway-guarantees.js';
import { Program } from '../support/program.js';

function haproxy(place: Place): Promise<Program> {
  const [script] = recipes('haproxy', 'lua');
  const [documented] = recipes('haproxy', 'haproxy');
  const config = place.write('haproxy.cfg', documented, {
    'bind :80': `bind ${place.listen}`,
    '/etc/haproxy/apikm.lua': place.write('apikm.lua', script),
    '10.0.0.10:8000': place.manager,
    'files:8080': place.files,
  });
  return Program.start('haproxy', ['-db', '-f', config], place.url);
}

describe('HAProxy in front of a file server, by the documented recipe', () => {
  keepsTheGate(haproxy);
});
