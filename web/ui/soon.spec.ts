import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { en } from '../texts/en.js';
import { fr } from '../texts/fr.js';
import { SOON_DAYS } from './soon.js';

interface Document {
  readonly components: {
    readonly schemas: Record<string, { properties: Record<string, { description: string }> }>;
  };
}

it('a key ends soon in as many days as the server counts, and as each language says', () => {
  const { components } = JSON.parse(readFileSync('test/contract/openapi.json', 'utf8')) as Document;
  const { description } = components.schemas.KeyListDto!.properties.endingSoon!;
  const said = [description, ...[en, fr].flatMap(({ keys }) => [keys.cards.soon, keys.ends.soon])];
  expect(said.map((text) => Number(/\d+/.exec(text)?.[0]))).toEqual(said.map(() => SOON_DAYS));
});
