import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const GEOTIFF = '-q -outsize 64 64 -bands 1 -burn 7 -a_srs EPSG:4326 -a_ullr 0 1 1 0'.split(' ');

/** A folder with one GeoTIFF, x.tif, served with ranges, and a record of what the server was asked. */
export class FileServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'apikm-files-'));
  readonly asked: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  private server: Server;

  static async start(): Promise<FileServer> {
    const files = new FileServer();
    await run('gdal_create', [...GEOTIFF, join(files.folder, 'x.tif')]);
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
