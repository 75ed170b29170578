import { expect, it } from 'vitest';
import { ownCommand } from './own-command.js';

it('names the command that works in a checkout, and the one that works in the image', () => {
  expect(ownCommand('import-keys', '--from sqlite:FILE')).toBe('npm run import-keys -- --from sqlite:FILE');
  expect(ownCommand('import-keys', '--from sqlite:FILE', false)).toBe(
    'node dist/import-keys.js --from sqlite:FILE',
  );
  expect([ownCommand('migrate'), ownCommand('migrate', '', false)]).toEqual([
    'npm run migrate',
    'node dist/migrate.js',
  ]);
});
