import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

/** The fenced blocks of this language in a recipe, so that what is tested is what is documented. */
export function recipe(name: string, language: string): string {
  const text = readFileSync(join(ROOT, 'docs', 'gateways', `${name}.md`), 'utf8');
  const block = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text);
  if (!block) throw new Error(`docs/gateways/${name}.md has no block of ${language}`);
  return block[1]!;
}

/** A folder with one GeoTIFF, served with ranges, and a record of what the server was asked. */
export class FileServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'apikm-files-'));
  readonly asked: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  private server: Server;

  static async start(): Promise<FileServer> {
    const files = new FileServer();
    await run('gdal_create', [
      '-outsize',
      '64',
      '64',
      '-bands',
      '1',
      '-burn',
      '7',
      join(files.folder, 'x.tif'),
    ]);
    files.server = createServer((req, res) => files.answer(req, res));
    await new Promise<void>((resolve) => files.server.listen(0, '127.0.0.1', resolve));
    return files;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  private answer(req: IncomingMessage, res: ServerResponse): void {
    this.asked.push({ url: req.url!, headers: req.headers });
    const path = join(this.folder, req.url!.split('?')[0]!);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return void res.writeHead(404).end();
    const bytes = readFileSync(path);
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '') ?? [];
    const end = Math.min(to === '' ? bytes.length : Number(to) + 1, bytes.length);
    const part = bytes.subarray(Number(from), end);
    const range = `bytes ${from}-${end - 1}/${bytes.length}`;
    const headers = { 'content-length': part.length, 'accept-ranges': 'bytes' };
    if (req.headers.range) res.writeHead(206, { ...headers, 'content-range': range });
    else res.writeHead(200, headers);
    res.end(req.method === 'HEAD' ? undefined : part);
  }
}

/** A program started for one test, stopped by its process id. */
export class Program {
  private constructor(private readonly child: ChildProcess) {}

  static async start(command: string, args: readonly string[], port: number): Promise<Program> {
    let output = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
    for (let tries = 0; tries < 100; tries += 1) {
      if (child.exitCode !== null) throw new Error(`${command} ended: ${output}`);
      const up = await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );
      if (up) return new Program(child);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill('SIGKILL');
    throw new Error(`${command} does not listen: ${output}`);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** Whether gdalinfo could read it. */
export async function gdalReads(url: string, settings: Record<string, string> = {}): Promise<boolean> {
  const env = { PATH: process.env.PATH, VSI_CACHE: 'NO', ...settings };
  return run('gdalinfo', [`/vsicurl/${url}`], { env }).then(
    ({ stdout }) => stdout.includes('Size is 64, 64'),
    () => false,
  );
}
