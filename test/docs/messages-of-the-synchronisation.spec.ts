import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { documentedMessages } from '../support/documented-messages.js';

const SRC = join(import.meta.dirname, '..', '..', 'src');
const source = ['rights', 'keycloak', 'database']
  .flatMap((folder) => readdirSync(join(SRC, folder)).map((name) => join(SRC, folder, name)))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

it.each(documentedMessages('Messages of the synchronisation'))(
  'the page explains nothing that is not logged: %s',
  (message) => {
    // What is put together from several places stands in the source in pieces.
    const whole = message.replace(/^Keycloak: |^the service account: | after …$/g, '');
    const pieces = whole.split(/…| \(asked at /).map((piece) => piece.replace(/^[ ()]+|[ ()]+$/g, ''));
    expect(pieces.filter((piece) => !source.includes(piece))).toEqual([]);
  },
);
