import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { recipes } from './gateway.js';
import type { Place, StartGateway } from './gateway.js';
import { Program } from './program.js';

export const [NGINX = ''] = recipes('nginx', 'nginx');

/** What is documented alone is the recipe's; the rest is what Debian's nginx.conf has around it. */
export const nginxBy =
  (documented: string): StartGateway =>
  (place) => {
    const { folder } = place;
    mkdirSync(join(folder, 'temp'));
    const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/temp/${name};`,
    );
    const around = `daemon off; worker_processes 1; pid ${folder}/pid; events {}`;
    const config = place.write(
      'nginx.conf',
      `${around} http { access_log off; ${temps.join(' ')} ${documented} }`,
      {
        'apikeymanager:8000': place.manager,
        'files:8080': place.files,
        'listen 80;': `listen ${place.listen};`,
        'files.example.org': '127.0.0.1',
      },
    );
    return Program.start('nginx', ['-c', config, '-e', join(folder, 'error.log')], place.url);
  };

function caddy(place: Place): Promise<Program> {
  const [documented = ''] = recipes('caddy', 'caddyfile');
  // No port for administration, and nothing written to the home of whoever runs the tests.
  const own = `{\n\tadmin off\n\tpersist_config off\n\tstorage file_system ${place.folder}\n`;
  const config = place.write('Caddyfile', documented.replace(/^\{\n/, own), {
    'files.example.org': `http://${place.listen}`,
    'apikeymanager:8000': place.manager,
    'files:8080': place.files,
  });
  return Program.start('caddy', ['run', '--adapter', 'caddyfile', '--config', config], place.url);
}

async function traefik(place: Place): Promise<Program> {
  const [standing, changing] = recipes('traefik', 'yaml');
  const asking = `127.0.0.1:${await freePort()}`;
  const dynamic = place.write('dynamic.yml', changing, {
    'files.example.org': '127.0.0.1',
    '127.0.0.1:8099': asking,
    'apikeymanager:8000': place.manager,
    'files:8080': place.files,
  });
  const config = place.write('traefik.yml', standing, {
    "':80'": `'${place.listen}'`,
    '127.0.0.1:8099': asking,
    '/etc/traefik/dynamic.yml': dynamic,
  });
  return Program.start('traefik', [`--configFile=${config}`], place.url);
}

function haproxy(place: Place): Promise<Program> {
  const dst = `abns@apikeymanager-${place.port}`;
  const [script] = recipes('haproxy', 'lua');
  const [documented] = recipes('haproxy', 'haproxy');
  const config = place.write('haproxy.cfg', documented, {
    'bind :80': `bind ${place.listen}`,
    '/etc/haproxy/apikm.lua': place.write('apikm.lua', script, { 'abns@apikeymanager': dst }),
    'server apikeymanager apikeymanager:8000': `server apikeymanager ${place.manager}`,
    // One for each HAProxy on this machine.
    'abns@apikeymanager': dst,
    'files:8080': place.files,
  });
  return Program.start('haproxy', ['-db', '-f', config], place.url);
}

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

/** By the documented recipes. */
export const GATEWAYS = { nginx: nginxBy(NGINX), haproxy, caddy, envoy, traefik };
