import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Image } from './image.js';
import { stopAtTheEnd } from './stop-at-the-end.js';
import { waitFor } from './wait-for.js';

/** A user who is none of this machine's and none of the image's, in the group that OpenShift gives its users. */
const STRANGER = ['--reuid=54321', '--regid=0', '--clear-groups'];
const NOTHING = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
/** The image lies at /mnt; no file system that a program sees can be written to, but /tmp and what is mounted at /data. */
const MOUNTS = `
  mount --make-rprivate / && mount --bind "$1" /mnt && mount -o remount,bind,ro /mnt && mount -o remount,bind,ro / || exit 99
  if [ -n "$2" ]; then mount --bind "$2" /mnt/data && mount -o remount,bind,rw /mnt/data || exit 99; fi
  mount -t tmpfs tmpfs /tmp && cd "/mnt$3" || exit 99
  shift 3
  exec setpriv "$@"`;

/** A command of the image, as process 1 of a container without rights; only its network is the machine's own. */
export class Container {
  private output = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream!.on('data', (part) => (this.output += String(part)));
  }

  /** @param volume a folder that is mounted at /data */
  static start(
    image: Image,
    command: readonly string[],
    settings: Readonly<Record<string, string>>,
    volume = '',
  ): Container {
    const environment = { ...image.environment, PATH: '/mnt/usr/local/bin:/usr/bin:/bin', ...settings };
    const args = ['--pid', '--mount', '--fork', 'sh', '-c', MOUNTS, 'sh', image.root, volume];
    const child = spawn('unshare', [...args, image.folder, ...STRANGER, ...NOTHING, ...command], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const container = new Container(child);
    stopAtTheEnd(container);
    return container;
  }

  get printed(): string {
    return this.output;
  }

  /** undefined while it runs. */
  get status(): number | null | undefined {
    return this.child.exitCode ?? (this.child.signalCode ? null : undefined);
  }

  /** Its process 1, as this machine numbers it; undefined before there is one. */
  get pid(): number | undefined {
    const { pid } = this.child;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children ? Number(children) : undefined;
  }

  /** Of its process 1, in MiB. */
  get residentMiB(): number {
    const [, kiB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))!;
    return Math.round(Number(kiB) / 1024);
  }

  /** @returns its exit status */
  async ended(): Promise<number | null> {
    if (this.status === undefined) await once(this.child, 'close');
    return this.status ?? null;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid!, signal);
  }

  async stop(): Promise<void> {
    if (this.status !== undefined) return;
    // All that is in it goes with its process 1.
    await waitFor(() => this.pid !== undefined);
    this.signal('SIGKILL');
    await this.ended();
  }
}

/** How many MiB a folder holds, once for each file that has several names. */
export const sizeMiB = (folder: string): number =>
  Number(spawnSync('du', ['-sm', folder], { encoding: 'utf8' }).stdout.split('\t')[0]);
