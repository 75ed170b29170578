import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, YAMLMap } from 'yaml';
import { PLAIN } from '../platform/plain-text.js';

/** Where in the file something stands, and whom to tell what is wrong there. */
export interface Place {
  /** Such as services[3].kind; empty: the whole file. */
  readonly path: string;
  readonly problem: (node: Node | null, sentence: string) => void;
  readonly lineOf: (node: Node | null) => number;
}

/** What stands somewhere in the file. What does not match is told, and read as undefined: the file is refused then. */
export interface Form<T> {
  /** In words: what follows "must be". */
  readonly words: string;
  readonly read: (node: Node | null, place: Place) => T | undefined;
}

interface Field<T> {
  readonly form: Form<T>;
  /** What a field that is not there stands for; undefined: it must be there. */
  readonly otherwise?: T;
}

type Fields<T> = { readonly [Name in keyof T]-?: Field<T[Name]> };

/** A single value. @param accept undefined for what does not match */
function value<T>(words: string, accept: (value: unknown) => T | undefined): Form<T> {
  return {
    words,
    read(node, place) {
      const read = isScalar(node) ? accept(node.value) : undefined;
      if (read === undefined) mismatch(node, place, words);
      return read;
    },
  };
}

function mismatch(node: Node | null, place: Place, words: string): undefined {
  const name = place.path || 'the file';
  if (isAlias(node))
    place.problem(node, `${name} refers to another place, which is not read here: write it out`);
  else place.problem(node, `${name} must be ${words}`);
}

export const text = (longest: number): Form<string> =>
  value(`text of 1 to ${longest} characters, in quotes where it looks like something else`, (given) =>
    isText(given, longest) ? given : undefined,
  );

const isText = (given: unknown, longest: number): given is string =>
  typeof given === 'string' && given !== '' && given.length <= longest && PLAIN.test(given);

export const matching = (pattern: RegExp, words: string): Form<string> =>
  value(words, (given) => (typeof given === 'string' && pattern.test(given) ? given : undefined));

export const oneOf = <T extends string>(known: readonly T[]): Form<T> =>
  value(`one of ${known.join(', ')}`, (given) => known.find((word) => word === given));

export const flag: Form<boolean> = value('true or false', (given) =>
  typeof given === 'boolean' ? given : undefined,
);

export const wholeNumber = (least: number, most: number): Form<number> =>
  value(`a whole number from ${least} to ${most}`, (given) =>
    Number.isInteger(given) && Number(given) >= least && Number(given) <= most ? Number(given) : undefined,
  );

const LONGEST_ADDRESS = 2048;
/** Kept as it is written, for it may hold places to be filled, such as {z}. */
export const webAddress: Form<string> = value(
  'an http(s) address without a password, such as https://tiles.example.org/',
  (given) => (isText(given, LONGEST_ADDRESS) && isWebAddress(given) ? given : undefined),
);

function isWebAddress(given: string): boolean {
  if (!/^https?:\/\//i.test(given) || /\s/.test(given) || !URL.canParse(given)) return false;
  const { username, password } = new URL(given);
  return username === '' && password === '';
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  /** The field in which no two may be the same; none: the values themselves. */
  readonly distinct?: string;
}

export function listOf<T>(form: Form<T>, { least, most, distinct }: Bounds): Form<readonly T[]> {
  const words = least === 0 ? `a list of at most ${most}` : `a list of ${least} to ${most}`;
  return {
    words: `${words}, each ${form.words}`,
    read(node, place) {
      if (!isSeq<Node | null>(node) || node.items.length < least || node.items.length > most)
        return mismatch(node, place, words);
      const items = node.items.map((item, at) => form.read(item, { ...place, path: `${place.path}[${at}]` }));
      refuseDoubled(node.items, place, distinct);
      return items as T[];
    },
  };
}

function refuseDoubled(items: readonly (Node | null)[], place: Place, distinct: string | undefined): void {
  const seen = new Map<unknown, Node>();
  items.forEach((item, at) => {
    const node = distinct === undefined ? item : isMap(item) ? nodeOf(item, distinct) : null;
    if (!isScalar(node)) return;
    const first = seen.get(node.value);
    const name = `${place.path}[${at}]${distinct === undefined ? '' : `.${distinct}`}`;
    if (first) place.problem(node, `${name} is already on line ${place.lineOf(first)}: remove one of them`);
    else seen.set(node.value, node);
  });
}

const nodeOf = (map: YAMLMap, name: string): Node | undefined => map.get(name, true) as Node | undefined;

/** Fields by name: no other, none twice. */
export function record<T>(fields: Fields<T>): Form<T> {
  const names = Object.keys(fields);
  const words = `a set of fields (${names.join(', ')})`;
  return {
    words,
    read(node, place) {
      if (!isMap(node)) return mismatch(node, place, words);
      const given = fieldsOf(node as YAMLMap<Node, Node | null>, names, place);
      const entries = Object.entries<Field<unknown>>(fields).map(([name, field]) => [
        name,
        readField(field, given.get(name), node, { ...place, path: join(place, name) }),
      ]);
      return Object.fromEntries(entries) as T;
    },
  };
}

type Given = { readonly node: Node | null; readonly key: Node };

function readField(
  { form, otherwise }: Field<unknown>,
  given: Given | undefined,
  map: Node,
  place: Place,
): unknown {
  if (!given) {
    if (otherwise === undefined) place.problem(map, `${place.path} is missing: it must be ${form.words}`);
    return otherwise;
  }
  return form.read(given.node ?? given.key, place);
}

function fieldsOf(
  map: YAMLMap<Node, Node | null>,
  known: readonly string[],
  place: Place,
): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const { key, value: node } of map.items) {
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
    if (name === undefined || !known.includes(name)) place.problem(key, unknownField(name, known, place));
    else if (given.has(name)) place.problem(key, `${join(place, name)} is given twice: remove one of them`);
    else given.set(name, { node, key });
  }
  return given;
}

const LONGEST_SHOWN = 50;

function unknownField(name: string | undefined, known: readonly string[], place: Place): string {
  const shown = name === undefined ? 'this name' : JSON.stringify(name.slice(0, LONGEST_SHOWN));
  return `${shown} is not a field${place.path && ` of ${place.path}`}; the fields are ${known.join(', ')}`;
}

const join = ({ path }: Place, name: string): string => (path ? `${path}.${name}` : name);
