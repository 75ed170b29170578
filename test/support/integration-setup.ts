import { programPath } from './python-parts.js';
import { RealPostgres } from './real-postgres.js';

/** Every test of the integration run makes its own database on this server. */
export default async function start(): Promise<() => Promise<void>> {
  process.env.PATH = programPath();
  const postgres = await RealPostgres.start();
  process.env.TEST_POSTGRES_URL = postgres.url;
  return () => postgres.remove();
}
