import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Program } from '../support/program.js';
import { stopAtTheEnd } from '../support/stop-at-the-end.js';

const SOURCES = ['--import', '@swc-node/register/esm-register', 'src/main.ts'];

it('has the catalogue read again at SIGHUP, and goes on after a file that can’t be used', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-signal-'));
  const file = join(folder, 'services.json');
  writeFileSync(file, '{"services": []}');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH!,
    APIKM_PORT: String(port),
    APIKM_DATABASE_URL: 'pglite:memory',
    APIKM_LOG_FORMAT: 'json',
    APIKM_SERVICES: file,
  };
  const program = await Program.start(process.execPath, SOURCES, `${url}/health/ready`, { env, tries: 600 });
  stopAtTheEnd({ stop: () => program.stop().then(() => rmSync(folder, { recursive: true })) });

  writeFileSync(file, '{"services": [\n{"audience": "maps", "title": "Maps"}]}');
  program.signal('SIGHUP');
  await program.prints('The service catalogue was read again. Services: 1.');

  writeFileSync(file, '{"services": [\n{"audience": "maps"}]}');
  program.signal('SIGHUP');
  await program.prints(`${file}:2: services[0].title is missing`);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);

  writeFileSync(file, '{"services": [{"audience": "a", "title": "A"}, {"audience": "b", "title": "B"}]}');
  program.signal('SIGHUP');
  await program.prints('The service catalogue was read again. Services: 2.');
}, 60_000);
