import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from './free-port.js';
import { Program } from './program.js';

/** HAProxy in front of three replicas, as docs/faults.md has it. */
export class Balancer {
  private constructor(
    private readonly program: Program,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** @param replicas their addresses, HOST:PORT */
  static async start(replicas: readonly string[]): Promise<Balancer> {
    const folder = mkdtempSync(join(tmpdir(), 'apikm-balancer-'));
    const listen = `127.0.0.1:${await freePort()}`;
    const [, documented = ''] = /^```haproxy\n([^]*?)^```/m.exec(readFileSync('docs/faults.md', 'utf8'))!;
    const places = [['bind :8000', `bind ${listen}`]];
    replicas.forEach((address, i) => places.push([`apikeymanager-${i + 1}:8000`, address]));
    let config = documented;
    for (const [there, here] of places) {
      if (!config.includes(there!)) throw new Error(`the recipe doesn't speak of ${there}`);
      config = config.replaceAll(there!, here!);
    }
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, `global\n  stats socket ${join(folder, 'stats')}\n${config}`);
    const url = `http://${listen}`;
    const program = await Program.start('haproxy', ['-db', '-f', file], `${url}/health/live`);
    return new Balancer(program, folder, url);
  }

  /** How many replicas it sends verifications to. */
  async up(): Promise<number> {
    return (await this.servers()).filter((server) => server.status === 'UP').length;
  }

  /** Verifications that were sent to another replica, or once more. */
  async retried(): Promise<number> {
    return (await this.servers()).reduce((sum, { wretr, wredis }) => sum + Number(wretr) + Number(wredis), 0);
  }

  async stop(): Promise<void> {
    await this.program.stop();
    rmSync(this.folder, { recursive: true });
  }

  private async servers(): Promise<Record<string, string>[]> {
    const socket = createConnection(join(this.folder, 'stats'));
    socket.end('show stat\n');
    const [head = '', ...rows] = (await text(socket)).trim().split('\n');
    const names = head.replace('# ', '').split(',');
    const all = rows.map((row) => Object.fromEntries(row.split(',').map((value, i) => [names[i]!, value])));
    const sums = ['FRONTEND', 'BACKEND'];
    return all.filter(({ pxname, svname }) => pxname === 'verification' && !sums.includes(svname!));
  }
}
