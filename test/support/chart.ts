import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { programPath } from './python-parts.js';

// Where .ci/run and scripts/test-integration.mjs have it too.
const BIN = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'apikeymanager', 'bin');
const ENVIRONMENT = { ...process.env, PATH: [BIN, programPath()].join(delimiter) };

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

/** What Kubernetes would be given. */
export interface Rendered {
  readonly text: string;
  readonly objects: readonly any[];
  /** What helm says where it refuses; '': it doesn't. */
  readonly refusal: string;
}

/** @param values files of the repository, and values over them; as for an upgrade the cluster is not asked */
export function render(...values: readonly (string | object)[]): Rendered {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-chart-'));
  try {
    const files = values.map((given, i) => {
      if (typeof given === 'string') return given;
      const file = join(folder, `${i}.yaml`);
      writeFileSync(file, stringify(given));
      return file;
    });
    const args = [
      'template',
      'keys',
      'helm',
      '--namespace',
      'tools',
      ...files.flatMap((file) => ['-f', file]),
    ];
    const { status, stdout, stderr } = spawnSync('helm', args, { env: ENVIRONMENT, encoding: 'utf8' });
    if (status !== 0) return { text: '', objects: [], refusal: stderr };
    const objects = parseAllDocuments(stdout).flatMap((document) => (document.toJS() as unknown) ?? []);
    return { text: stdout, objects, refusal: '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the API server's own schemas say against it; '': nothing. */
export function validated({ text }: Rendered): string {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-chart-'));
  try {
    const file = join(folder, 'rendered.yaml');
    writeFileSync(file, text);
    const { status, stdout, stderr, error } = spawnSync(
      'kubernetes-validate',
      ['--strict', '--no-warn', file],
      {
        env: ENVIRONMENT,
        encoding: 'utf8',
      },
    );
    return status === 0 ? '' : `${error ?? ''}${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const only = ({ objects }: Rendered, kind: string): any => {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} of kind ${kind}`);
  return found[0];
};

/** The environment of the server's container, as the pod gets it. */
export function environmentOf(rendered: Rendered): Record<string, string> {
  const secrets = rendered.objects.filter(({ kind }) => kind === 'Secret');
  const [container] = only(rendered, 'Deployment').spec.template.spec.containers;
  const variables = (container.env as Variable[]).map(({ name, value, valueFrom }) => {
    const ref = valueFrom?.secretKeyRef;
    const secret = secrets.find(({ metadata }) => metadata.name === ref?.name);
    const kept = ref && Buffer.from(secret?.data?.[ref.key] ?? '', 'base64').toString();
    return [name, value ?? secret?.stringData?.[ref!.key] ?? kept ?? ''];
  });
  return Object.fromEntries(variables) as Record<string, string>;
}
