import { addressWithKey, headerFor, USER, wayOf } from './access.js';
import type { Carrier, Way } from './access.js';
import { requestable } from './addresses.js';
import type { Address } from './addresses.js';
import { oneLine, quote } from './quote.js';
import type { Language } from './quote.js';
import type { Snippet, SnippetFile, SnippetsAsked } from './snippet.js';
import { fill, hasText, textNamed } from './texts.js';
import type { FileRecipe, Recipe } from './tools.js';
import type { NoteWord, SnippetWords, StepWord } from './words.js';

type Values = Readonly<Record<string, string | undefined>>;

/** What a text is filled from. */
interface Filling {
  readonly carrier: Carrier;
  /** Put into the quotes of the text's language. */
  readonly values: Values;
  /** Standing there as they are. */
  readonly settings: Values;
}

/** One recipe for one service, which takes the key in this carrier. */
export function render(recipe: Recipe, carrier: Carrier, asked: SnippetsAsked, address: Address): Snippet {
  const { words } = asked;
  const { tool, form, language } = recipe;
  const way = wayOf(carrier);
  const filling = fillingOf(recipe, carrier, asked, address);
  const file = recipe.file && way !== 'url' ? fileOf(recipe.file, filling) : undefined;
  const text = textOf(recipe, filling, file, words);
  const examples = address.examples.filter((example) => text.includes(example));
  return {
    id: `${tool}-${form}`,
    tool,
    title: words[`title.${tool}`],
    form: words[`form.${form}`],
    language,
    text,
    file,
    warning: sentences(warningsOf(recipe, way), words, examples),
    note: sentences([...notesOf(recipe, way), ...(examples.length ? EXAMPLE : [])], words, examples),
    examples,
  };
}

const EXAMPLE: readonly NoteWord[] = ['example'];

function warningsOf({ warning }: Recipe, way: Way): readonly NoteWord[] {
  const own = warning ? [warning] : [];
  return way === 'url' ? [...own, 'keyInUrl'] : own;
}

/** An address with the key in it goes to its own server alone, and needs nothing. */
function notesOf({ notes = [], headerNotes = [] }: Recipe, way: Way): readonly NoteWord[] {
  if (way === 'url') return [];
  return way === 'header' ? [...headerNotes, ...notes] : notes;
}

function fillingOf(
  { dataset = '', settings = {} }: Recipe,
  carrier: Carrier,
  { key, names, service, words }: SnippetsAsked,
  address: Address,
): Filling {
  const header = headerFor(carrier, key, names);
  const written = addressWithKey(address.url, carrier, key, names);
  const url = requestable(written);
  const { hostname, origin } = new URL(url);
  const title = titleOf(service?.title) || words.service;
  const slug = slugOf(title);
  const values = {
    key,
    user: USER,
    userPassword: `${USER}:${key}`,
    headerName: header.name,
    headerValue: header.value,
    headerStart: `${header.name}: ${header.scheme}`,
    headerLine: `${header.name}: ${header.value}`,
    scheme: header.scheme,
    url,
    plainUrl: requestable(address.url),
    queryName: names.query,
    written,
    dataset: dataset + url,
    host: hostname.replace(/^\[|\]$/g, ''),
    server: `/vsicurl/${origin}/`,
    title,
    // Without an audience, a key for some services alone is refused.
    question: JSON.stringify({ key, audience: service?.audience }),
  };
  return { carrier, values, settings: { ...settings, slug } };
}

const LONGEST_TITLE = 128;
const LONGEST_SLUG = 40;

const titleOf = (title = ''): string => oneLine(title).slice(0, LONGEST_TITLE);

/** What names a file or a section. */
function slugOf(title: string): string {
  const plain = title.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const slug = plain.replace(/[^a-z0-9]+/g, '-').slice(0, LONGEST_SLUG);
  return slug.replace(/^-|-$/g, '') || 'service';
}

function textOf(
  recipe: Recipe,
  { carrier, values, settings }: Filling,
  file: SnippetFile | undefined,
  words: SnippetWords,
): string {
  const { text, language, asksForKey } = recipe;
  if (typeof text !== 'string') return stepsOf(text, { ...values, file: file?.name }, words);
  const template = templateOf(text, carrier, language);
  const filling = {
    carrier,
    values: { ...values, fileText: file?.text.trimEnd() },
    settings: { ...settings, fileName: file?.name },
  };
  return filled(asksForKey ? template.replace('key = {{key}}', ASKING) : template, language, filling);
}

/** In place of the line that has the key. */
const ASKING = 'from getpass import getpass\n\nkey = getpass("API key: ")';

function filled(template: string, language: Language, { values, settings }: Filling): string {
  return fill(template, (name) => {
    // The key stands in a variable there, and once only.
    if (language === 'python' && name === 'headerValue')
      return values.scheme ? `${quote(values.scheme, language)} + key` : 'key';
    const value = values[name];
    return value === undefined ? settings[name] : quote(value, language);
  });
}

const EXTENSIONS: Readonly<Partial<Record<Language, string>>> = {
  sh: 'sh',
  powershell: 'ps1',
  python: 'py',
  r: 'R',
  xml: 'xml',
  ini: 'ini',
};

/** One for however a key is carried, or one for each carrier or way. */
function templateOf(name: string, carrier: Carrier, language: Language): string {
  const extension = EXTENSIONS[language] ?? 'txt';
  const names = [name, `${name}.${carrier}`].map((beginning) => `${beginning}.${extension}`);
  return textNamed(names.find(hasText) ?? `${name}.${wayOf(carrier)}.${extension}`);
}

function fileOf({ name, type, language, text }: FileRecipe, filling: Filling): SnippetFile {
  const template = templateOf(text, filling.carrier, language);
  return {
    name: fill(name, (value) => filling.settings[value]),
    type,
    text: `${filled(template, language, filling)}\n`,
  };
}

/** Without a file the key is in the address, and nothing is imported or chosen. */
function stepsOf(steps: readonly StepWord[], values: Values, words: SnippetWords): string {
  const all: readonly StepWord[] = values.file === undefined ? steps.slice(1) : [...steps, 'qgisChoose'];
  const known = { ...values, url: values.written };
  return all
    .map(
      (step, at) => `${at + 1}. ${fill(words[`step.${step}`], (name) => known[name as keyof typeof known])}`,
    )
    .join('\n');
}

function sentences(
  notes: readonly NoteWord[],
  words: SnippetWords,
  examples: readonly string[],
): string | undefined {
  const text = notes.map((note) => fill(words[`note.${note}`], () => examples.join(', '))).join(' ');
  return text || undefined;
}
