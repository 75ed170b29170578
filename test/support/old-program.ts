import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import initSqlJs from 'sql.js';
import { onTestFinished } from 'vitest';
import type { PredecessorRow } from '../../src/import/convert-row.js';
import { readPredecessor } from '../../src/import/predecessor-source.js';

const FIXTURES = new URL('../fixtures/predecessor/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');

/** What the old program wrote between two imports. */
export const LATER = fixture('edge.later.sql');
/** The keys of edge.sqlite in the plain, by what is odd about them. */
export const EDGE_KEYS = JSON.parse(fixture('edge.keys.json')) as Record<string, string>;

/** The rows of edge.sqlite. */
export const readEdge = async (): Promise<PredecessorRow[]> =>
  (await readPredecessor(`sqlite:${fileURLToPath(new URL('edge.sqlite', FIXTURES))}`)).rows;

/** The old program's SQLite file, which lives as long as the test. */
export class OldProgram {
  private constructor(readonly path: string) {}

  static open(name: 'edge.sqlite' | 'api_tokens.sqlite'): OldProgram {
    const folder = mkdtempSync(join(tmpdir(), 'apikm-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, name);
    writeFileSync(path, readFileSync(new URL(name, FIXTURES)));
    return new OldProgram(path);
  }

  /** Goes on writing. */
  async write(sql: string): Promise<void> {
    const { Database } = await initSqlJs();
    const database = new Database(readFileSync(this.path));
    database.run(sql);
    writeFileSync(this.path, database.export());
    database.close();
  }

  async rows(): Promise<PredecessorRow[]> {
    return (await readPredecessor(`sqlite:${this.path}`)).rows;
  }
}
