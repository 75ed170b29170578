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

const known = new Map<string, Rendered>();

/** @param values files of the repository, and values over them; as for an upgrade the cluster is not asked */
export function render(...values: readonly (string | object)[]): Rendered {
  const name = JSON.stringify(values);
  const rendered = known.get(name) ?? renderAnew(values);
  known.set(name, rendered);
  return rendered;
}

function renderAnew(values: readonly (string | object)[]): Rendered {
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

/** Kinds that operators of their own bring, without a schema of the API server's. */
const FOREIGN = /^kind: (?:ServiceMonitor|PrometheusRule|HTTPRoute)$/m;
const VERSIONS = ['1.27', '1.32', '1.37'];

/** What the API server's own schemas say against any of them, in three versions of Kubernetes; '': nothing. What is the same in several is looked at once. */
export function validated(...rendered: readonly Rendered[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-chart-'));
  try {
    const file = join(folder, 'rendered.yaml');
    const documents = new Set(rendered.flatMap(({ text }) => text.split(/^---$/m)));
    writeFileSync(file, [...documents].filter((document) => !FOREIGN.test(document)).join('---\n'));
    const versions = VERSIONS.flatMap((version) => ['-k', version]);
    const { status, stdout, stderr, error } = spawnSync(
      'kubernetes-validate',
      [...versions, '--strict', '--no-warn', '--quiet', file],
      { env: ENVIRONMENT, encoding: 'utf8' },
    );
    return status === 0 ? '' : `${error ?? ''}${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What each pod is made from, of whatever kind makes it. */
export const podsOf = ({ objects }: Rendered): any[] =>
  objects.flatMap(({ kind, spec }) => (kind === 'Pod' ? [spec] : (spec?.template?.spec ?? [])));

export const only = ({ objects }: Rendered, kind: string): any => {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} of kind ${kind}`);
  return found[0];
};

/** The environment of the server's container, or of the Job's, as the pod gets it. */
export function environmentOf(rendered: Rendered, kind = 'Deployment'): Record<string, string> {
  const secrets = rendered.objects.filter(({ kind }) => kind === 'Secret');
  const [container] = only(rendered, kind).spec.template.spec.containers;
  const variables = (container.env as Variable[]).map(({ name, value, valueFrom }) => {
    const ref = valueFrom?.secretKeyRef;
    const secret = secrets.find(({ metadata }) => metadata.name === ref?.name);
    const kept = ref && Buffer.from(secret?.data?.[ref.key] ?? '', 'base64').toString();
    return [name, value ?? secret?.stringData?.[ref!.key] ?? kept ?? ''];
  });
  return Object.fromEntries(variables) as Record<string, string>;
}
