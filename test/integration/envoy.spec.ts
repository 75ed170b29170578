import { describe } from 'vitest';
import { recipes } from '../support/gateway.js';
import type { Place } from '../support/gateway.js';
import { keepsTheGate } from '../support/gateway-guarantees.js';
import { Program } from '../support/program.js';

const socket = (address: string): string => {
  const [host, port] = address.split(':');
  return `address: ${host}, port_value: ${port}`;
};

function envoy(place: Place): Promise<Program> {
  const [documented] = recipes('envoy', 'yaml');
  const config = place.write('envoy.yaml', documented, {
    'address: 0.0.0.0, port_value: 80': socket(place.listen),
    'address: apikeymanager, port_value: 8000': socket(place.manager),
    'address: files, port_value: 8080': socket(place.files),
  });
  // Two Envoys on a machine meet in shared memory unless told apart.
  const args = ['-c', config, '--use-dynamic-base-id', '--concurrency', '1', '-l', 'warning'];
  return Program.start('envoy', args, place.url);
}

describe('Envoy in front of a file server, by the documented recipe', () => {
  keepsTheGate(envoy);
});
