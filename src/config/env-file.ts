import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import type { Environment } from './settings-reader.js';

/** The text of the `.env` here; empty where there is none. */
export const dotEnvFile = (): string => (existsSync('.env') ? readFileSync('.env', 'utf8') : '');

/** The environment over the text of a `.env` file, of which only our own names count. */
export function readEnvironment(environment: Environment, dotEnv: string): Environment {
  const ours = Object.entries(parse(dotEnv)).filter(([name]) => /^(?:apikm_|node_env$)/i.test(name));
  const given = Object.entries(environment).filter(([, value]) => value !== undefined);
  const upper = (entries: [string, string | undefined][]) =>
    entries.map(([name, value]) => [name.toUpperCase(), value] as const);
  return Object.fromEntries([...upper(ours), ...upper(given)]);
}
