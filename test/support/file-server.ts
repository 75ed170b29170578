import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const GEOTIFF = '-q -outsize 64 64 -bands 1 -burn 7 -a_srs EPSG:4326 -a_ullr 0 1 1 0'.split(' ');
/** More than a gateway adds to what a client sends. */
const MOST_HEADER_BYTES = 256 * 1024;
const OPEN_TO_PAGES = { 'access-control-allow-origin': '*' };
const PREFLIGHT = { ...OPEN_TO_PAGES, 'access-control-allow-headers': 'x-api-key,authorization' };

/** A folder with one GeoTIFF, x.tif, served with ranges to pages of any origin, and a record of what the server was asked. */
export class FileServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'apikm-files-'));
  readonly asked: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  private server: Server;

  static async start(): Promise<FileServer> {
    const files = new FileServer();
    await run('gdal_create', [...GEOTIFF, join(files.folder, 'x.tif')]);
    files.server = createServer({ maxHeaderSize: MOST_HEADER_BYTES }, (req, res) => files.answer(req, res));
    files.server.on('clientError', (error, socket) => files.answerUnread(error, socket as Socket));
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
    if (req.method === 'OPTIONS') return void res.writeHead(204, PREFLIGHT).end();
    const [, status] = /^\/status\/(\d{3})$/.exec(req.url!) ?? [];
    if (status) return void res.writeHead(Number(status), OPEN_TO_PAGES).end('the service itself');
    this.answerFile(req, res);
  }

  private answerFile(req: IncomingMessage, res: ServerResponse): void {
    const path = join(this.folder, req.url!.split('?')[0]!);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return void res.writeHead(404).end();
    const bytes = readFileSync(path);
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '') ?? [];
    const end = Math.min(to === '' ? bytes.length : Number(to) + 1, bytes.length);
    const part = bytes.subarray(Number(from), end);
    const range = `bytes ${from}-${end - 1}/${bytes.length}`;
    const headers = { ...OPEN_TO_PAGES, 'content-length': part.length, 'accept-ranges': 'bytes' };
    if (req.headers.range) res.writeHead(206, { ...headers, 'content-range': range });
    else res.writeHead(200, headers);
    res.end(req.method === 'HEAD' ? undefined : part);
  }

  /** Node reads no address with other bytes than ASCII, while other servers do. */
  private answerUnread(error: Error & { rawPacket?: Buffer }, socket: Socket): void {
    const [, url] = /^[A-Z]+ (\S+) HTTP/.exec(error.rawPacket?.toString('latin1') ?? '') ?? [];
    if (url) this.asked.push({ url, headers: {} });
    if (socket.writable) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  }
}
