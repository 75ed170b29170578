import { describe } from 'vitest';
import { recipes } from '../support/gateway.js';
import type { Place } from '../support/gateway.js';
import { keepsTheGate } from '../support/gateway-guarantees.js';
import { Program } from '../support/program.js';

function traefik(place: Place): Promise<Program> {
  const [standing, changing] = recipes('traefik', 'yaml');
  const dynamic = place.write('dynamic.yml', changing, {
    'files.example.org': '127.0.0.1',
    'apikeymanager:8000': place.manager,
    'files:8080': place.files,
  });
  const config = place.write('traefik.yml', standing, {
    "':80'": `'${place.listen}'`,
    '/etc/traefik/dynamic.yml': dynamic,
  });
  return Program.start('traefik', [`--configFile=${config}`], place.url);
}

describe('Traefik in front of a file server, by the documented recipe', () => {
  keepsTheGate(traefik, { cutsByItself: true, leavesQuery: true });
});
