import { existsSync } from 'node:fs';

/** Only a checkout has what npm builds from; the image has the built programs. */
const IS_CHECKOUT = existsSync(new URL('../../nest-cli.json', import.meta.url));

/** How a program of ours is started where this one runs, for sentences to operators. */
export function ownCommand(
  name: 'import-keys' | 'keys' | 'migrate',
  options = '',
  isCheckout = IS_CHECKOUT,
): string {
  const program = isCheckout ? `npm run ${name}${options && ' --'}` : `node dist/${name}.js`;
  return options ? `${program} ${options}` : program;
}
