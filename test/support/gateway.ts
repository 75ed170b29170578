import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { TestServer } from './app.js';
import { FileServer } from './file-server.js';
import { freePort } from './free-port.js';
import type { Program } from './program.js';

const run = promisify(execFile);
/** GDAL goes on and on where every file that it looks for beside the first is there. */
const GDAL_MS = 30_000;
/** Longer than any recipe has a client wait. */
const ANSWER_MS = 5000;
const ROOT = join(import.meta.dirname, '..', '..');

/** The fenced blocks of this language in a recipe, so that what is tested is what is documented. */
export function recipes(name: string, language: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', 'gateways', `${name}.md`), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, block]) => block!,
  );
}

/** They stand in each recipe's question. */
const DOCUMENTED_OPTIONS = 'audience=files';

/** What an operator may change about a recipe, and about the manager. */
export interface Changes {
  /** In place of the recipe's own. */
  readonly options?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** By the sentence of the recipe that says what else is to be changed. */
  readonly edit?: (text: string) => string;
}

/** What stands around a gateway: addresses as HOST:PORT, and a folder for its files. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'apikm-gateway-'));

  constructor(
    readonly manager: string,
    readonly files: string,
    readonly port: number,
    private readonly changes: Changes,
  ) {}

  get listen(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Of the GeoTIFF that the file server has. */
  get url(): string {
    return `http://${this.listen}/x.tif`;
  }

  /**
   * Writes a recipe's block with its addresses replaced. @returns the file's path
   * @throws Error when an address isn't there: the test would run another gateway than the one described
   */
  write(name: string, text: string | undefined, addresses: Readonly<Record<string, string>> = {}): string {
    let placed = text ?? '';
    for (const [documented, here] of Object.entries(addresses)) {
      if (!placed.includes(documented)) throw new Error(`the recipe doesn't speak of ${documented}`);
      placed = placed.replaceAll(documented, here);
    }
    const { options = DOCUMENTED_OPTIONS, edit = String } = this.changes;
    placed = edit(placed.replaceAll(DOCUMENTED_OPTIONS, options));
    const path = join(this.folder, name);
    writeFileSync(path, placed);
    return path;
  }
}

export type StartGateway = (place: Place) => Promise<Program>;

export interface Manners {
  /** Refuses longer lines, whoever sends them. */
  readonly linesUpTo8KiB?: boolean;
  /** Refuses addresses with other bytes than ASCII, whoever sends them. */
  readonly asciiAlone?: boolean;
  /** Hands more than the manager takes on to it, and its word back. */
  readonly leavesLimitsToTheManager?: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One gate for all tests of a `describe`. */
export function gateBy(start: StartGateway, changes: Changes = {}): () => Gate {
  let gate: Gate | undefined;
  beforeAll(async () => {
    gate = await Gate.open(start, changes);
  });
  afterAll(() => gate?.close());
  return () => gate!;
}

/** A gateway by its recipe, between clients and a file server, with a whole manager to ask. */
export class Gate {
  private gateway: Program | undefined;
  private stopping: Promise<void> | undefined;

  private constructor(
    readonly place: Place,
    readonly manager: TestServer,
    readonly files: FileServer,
  ) {}

  static async open(start: StartGateway, changes: Changes): Promise<Gate> {
    const settings = {
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
      APIKM_RATE_LIMIT: '20/minute',
      ...changes.settings,
    };
    const [manager, files] = await Promise.all([TestServer.start(settings), FileServer.start()]);
    const place = new Place(new URL(manager.url).host, `127.0.0.1:${files.port}`, await freePort(), changes);
    const gate = new Gate(place, manager, files);
    gate.gateway = await start(place).catch(async (error: unknown) => {
      await gate.close();
      throw error;
    });
    return gate;
  }

  get url(): string {
    return `http://${this.place.listen}`;
  }

  async close(): Promise<void> {
    await this.gateway?.stop();
    await Promise.all([this.stopManager(), this.files.stop()]);
    rmSync(this.place.folder, { recursive: true });
  }

  stopManager(): Promise<void> {
    return (this.stopping ??= this.manager.stop());
  }

  /** Connections are accepted and kept, but nobody answers, until what is returned is called. */
  hangManager(): () => void {
    const { http } = this.manager;
    const listeners = http.listeners('request') as ((...args: unknown[]) => void)[];
    http.removeAllListeners('request').on('request', () => {});
    return () => {
      http.removeAllListeners('request');
      for (const listener of listeners) http.on('request', listener);
    };
  }

  /** A key for the audience that the recipes name. */
  newKey(sub?: string): Promise<{ id: string; key: string }> {
    return this.manager.createKey({ audiences: ['files'] }, sub);
  }

  /** One request as a tool sends it: no browser's headers, and the path as it is written. */
  ask(path: string, headers: OutgoingHttpHeaders = {}, from = '127.0.0.1', method = 'GET'): Promise<Reply> {
    const { port } = this.place;
    const options = { host: '127.0.0.1', port, path, headers, method, localAddress: from, agent: false };
    return new Promise((resolve, reject) => {
      const asking = request(options, (answer) => {
        let body = '';
        answer.setEncoding('latin1').on('data', (part) => (body += String(part)));
        answer.once('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body }));
      });
      asking.setTimeout(ANSWER_MS, () => asking.destroy(new Error(`no answer within ${ANSWER_MS} ms`)));
      asking.once('error', reject).end();
    });
  }

  /** Likewise, and once more where the answer says to. */
  async follow(path: string, headers: OutgoingHttpHeaders = {}): Promise<Reply> {
    const reply = await this.ask(path, headers);
    const { location } = reply.headers;
    return location === undefined ? reply : this.follow(location, headers);
  }

  /** Whether GDAL opens the GeoTIFF at this path. */
  async gdalReads(path: string, settings: Readonly<Record<string, string>> = {}): Promise<boolean> {
    const env = { PATH: process.env.PATH, VSI_CACHE: 'NO', ...settings };
    return run('gdalinfo', [`/vsicurl/${this.url}${path}`], { env, timeout: GDAL_MS }).then(
      ({ stdout }) => stdout.includes('Size is 64, 64'),
      () => false,
    );
  }

  /** What reached the file server while this was done. */
  async arriving(act: () => Promise<unknown>): Promise<FileServer['asked']> {
    const from = this.files.asked.length;
    await act();
    return this.files.asked.slice(from);
  }

  /** How many connections the manager accepted while this was done. */
  async connecting(act: () => Promise<unknown>): Promise<number> {
    let accepted = 0;
    const server = this.manager.http;
    const count = () => (accepted += 1);
    server.on('connection', count);
    await act();
    server.off('connection', count);
    return accepted;
  }
}
