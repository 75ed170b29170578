import { describe } from 'vitest';
import { recipes } from '../support/gateway.js';
import type { Place } from '../support/gateway.js';
import { keepsTheGate } from '../support/gateway-guarantees.js';
import { Program } from '../support/program.js';

function caddy(place: Place): Promise<Program> {
  const [documented] = recipes('caddy', 'caddyfile');
  // No port for administration, and nothing written to the home of whoever runs the tests.
  const own = `{\n\tadmin off\n\tpersist_config off\n\tstorage file_system ${place.folder}\n}\n`;
  const config = place.write('Caddyfile', own + documented, {
    'files.example.org': `http://${place.listen}`,
    'apikeymanager:8000': place.manager,
    'files:8080': place.files,
  });
  return Program.start('caddy', ['run', '--adapter', 'caddyfile', '--config', config], place.url);
}

describe('Caddy in front of a file server, by the documented recipe', () => {
  keepsTheGate(caddy, { cutsByItself: true });
});
