import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { contextOf, readDockerfile } from './dockerfile.js';
import type { Instruction, Stage } from './dockerfile.js';
import { nodeOfWheel } from './python-parts.js';

/** What a container engine would know of the image. */
export interface Image {
  /** Its file system, as far as the Dockerfile makes it, with Node where the base image has it. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly user: string;
  readonly folder: string;
}

/** What is known of a stage so far; its ARGs are none of the image's variables. */
type State = { -readonly [K in keyof Image]: Image[K] } & { variables: Record<string, string> };

const NODE = 'usr/local/bin';
/** What the checkout has done already, from the same lock file: its packages are linked. */
const DONE = 'npm ci --ignore-scripts';

/** Follows the Dockerfile line by line without an engine: a folder a stage, its commands run in there, by the Node of a wheel. */
export class ImageBuild {
  private readonly stages: readonly Stage[];
  private readonly built = new Map<string, Promise<State>>();

  /** @param folder an empty one @param buildArguments as --build-arg gives them */
  constructor(
    private readonly context: string,
    private readonly folder: string,
    private readonly buildArguments: Readonly<Record<string, string>> = {},
  ) {
    this.stages = readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  }

  /** Of the last stage; those that it needs are built side by side. */
  image(): Promise<Image> {
    for (const { name } of this.stages) this.stage(name).catch(() => {});
    return this.stage(this.stages.at(-1)!.name);
  }

  private stage(name: string): Promise<State> {
    const stage = this.stages.find((one) => one.name === name)!;
    const known = this.built.get(name) ?? this.build(stage);
    this.built.set(name, known);
    return known;
  }

  private async build({ name, base, instructions }: Stage): Promise<State> {
    const state = await this.begin(name, base);
    for (const instruction of instructions) await this.follow(instruction, state);
    return state;
  }

  private async begin(name: string, base: string): Promise<State> {
    const root = join(this.folder, name);
    mkdirSync(root);
    if (this.stages.some((stage) => stage.name === base)) {
      const before = await this.stage(base);
      await run('cp', ['-al', `${before.root}/.`, root], this.folder);
      return { ...before, root };
    }
    mkdirSync(join(root, NODE), { recursive: true });
    const wheel = nodeOfWheel();
    // Whoever runs it may not read where the wheel lies.
    cpSync(join(wheel, 'bin', 'node'), join(root, NODE, 'node'));
    symlinkSync(join(wheel, 'lib/node_modules/npm/bin/npm-cli.js'), join(root, NODE, 'npm'));
    return {
      root,
      environment: {},
      labels: {},
      command: [],
      healthcheck: [],
      user: '',
      folder: '/',
      variables: {},
    };
  }

  private async follow({ name, flags, rest }: Instruction, state: State): Promise<void> {
    const steps: Record<string, () => unknown> = {
      ARG: () => {
        const [argument, fallback] = rest.split('=') as [string, string];
        state.variables = { ...state.variables, [argument]: this.buildArguments[argument] ?? fallback };
      },
      ENV: () => (state.environment = { ...state.environment, ...pairs(rest, state.variables) }),
      LABEL: () => (state.labels = { ...state.labels, ...pairs(rest, state.variables) }),
      WORKDIR: () => {
        state.folder = rest;
        mkdirSync(join(state.root, rest), { recursive: true });
      },
      USER: () => (state.user = rest),
      CMD: () => (state.command = JSON.parse(rest) as string[]),
      HEALTHCHECK: () => (state.healthcheck = JSON.parse(rest.replace(/^CMD\s+/, '')) as string[]),
      RUN: () => this.run(rest, state),
      COPY: () => this.copy(rest.split(/\s+/), flags, state),
      EXPOSE: () => undefined,
      STOPSIGNAL: () => undefined,
    };
    if (!steps[name]) throw new Error(`${name} is not known here.`);
    await steps[name]();
  }

  private async run(line: string, { root, folder }: State): Promise<void> {
    if (line === DONE)
      return symlinkSync(join(this.context, 'node_modules'), join(root, folder, 'node_modules'));
    const path = [join(root, NODE), '/usr/bin', '/bin'].join(':');
    await run('sh', ['-c', line], join(root, folder), { PATH: path, npm_config_prefer_offline: 'true' });
  }

  private async copy(paths: string[], flags: Instruction['flags'], { root, folder }: State): Promise<void> {
    const to = paths.pop()!;
    const target = to.startsWith('/') ? join(root, to) : join(root, folder, to);
    const from = flags.from === undefined ? undefined : (await this.stage(flags.from)).root;
    for (const path of paths) {
      if (from === undefined)
        this.copyContext(path, to.endsWith('/') ? join(target, path.split('/').at(-1)!) : target);
      else
        await this.copyStage(join(from, path), to === './' ? join(target, path.split('/').at(-1)!) : target);
    }
    if (flags.chmod) chmodSync(target, Number.parseInt(flags.chmod, 8));
    if (flags.chown && process.getuid?.() === 0) {
      const [user, group] = flags.chown.split(':').map(Number);
      chownSync(target, user!, group!);
    }
  }

  private copyContext(path: string, target: string): void {
    if (path !== '.') return cpSync(join(this.context, path), target, { recursive: true });
    for (const file of contextOf(this.context)) {
      mkdirSync(dirname(join(target, file)), { recursive: true });
      cpSync(join(this.context, file), join(target, file));
    }
  }

  /** As links: nobody changes them any more. */
  private copyStage(source: string, target: string): Promise<void> {
    mkdirSync(dirname(target), { recursive: true });
    return run(
      'cp',
      ['-al', statSync(source).isDirectory() && existsSync(target) ? `${source}/.` : source, target],
      this.folder,
    );
  }
}

/** NAME=value and NAME="a value", with $NAME of what was set before. */
function pairs(text: string, variables: Readonly<Record<string, string>>): Record<string, string> {
  const found = [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, quoted, plain]) => {
    const value = (quoted ?? plain)!.replace(/\$(\w+)/g, (_, variable: string) => variables[variable] ?? '');
    return [name, value];
  });
  return Object.fromEntries(found) as Record<string, string>;
}

async function run(program: string, args: string[], cwd: string, environment = {}): Promise<void> {
  let output = '';
  const child = spawn(program, args, {
    cwd,
    env: { HOME: process.env.HOME, PATH: '/usr/bin:/bin', ...environment },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${output}`);
}
