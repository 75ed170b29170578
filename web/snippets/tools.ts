import type { Way } from './access.js';
import type { Target } from './addresses.js';
import type { Language } from './quote.js';
import type { FormWord, NoteWord, StepWord, TitleWord } from './words.js';

export interface FileRecipe {
  /** `{{slug}}` in it is what the service is called, in letters that any file system takes. */
  readonly name: string;
  readonly type: string;
  readonly language: Language;
  readonly text: string;
}

/** A way to use a key in a tool. */
export interface Recipe {
  readonly tool: TitleWord;
  readonly form: FormWord;
  readonly language: Language;
  readonly target: Target;
  /** What a text's name in texts/ begins with; steps are in words.ts. */
  readonly text: string | readonly StepWord[];
  /** What the tool can do, in groups: one that comes later is for services that can do none of those before. */
  readonly ways: readonly (readonly Way[])[];
  /** What GDAL wants in front of the address. */
  readonly dataset?: string;
  /** Values that stand in the text as they are. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly file?: FileRecipe;
  readonly notes?: readonly NoteWord[];
  /** Beside those, where the key is a header. */
  readonly headerNotes?: readonly NoteWord[];
  readonly warning?: NoteWord;
  /** The text asks for the key instead of having it. */
  readonly asksForKey?: true;
}

export const ANY: Recipe['ways'] = [['header', 'basic', 'url']];
export const NOT_IN_ADDRESS: Recipe['ways'] = [['header', 'basic']];
export const BASIC: Recipe['ways'] = [['basic']];
/** QGIS takes Basic for whatever it reads, and headers for web services alone. */
export const QGIS_MAPS: Recipe['ways'] = [['basic'], ['header'], ['url']];
export const QGIS_FILES: Recipe['ways'] = [['basic'], ['url']];

const PLAIN_TEXT = 'text/plain';
export const NETRC: FileRecipe = { name: '.netrc', type: PLAIN_TEXT, language: 'netrc', text: 'netrc' };
const QGIS_FILE: FileRecipe = {
  name: 'qgis-{{slug}}.xml',
  type: 'application/xml',
  language: 'xml',
  text: 'qgis',
};
export const configuration = (text: string): FileRecipe => ({
  name: 'gdal-{{slug}}.ini',
  type: PLAIN_TEXT,
  language: 'ini',
  text,
});

export const gdal = (
  form: FormWord,
  text: string,
  ways: Recipe['ways'],
  others: Partial<Recipe> = {},
): Recipe => ({
  tool: 'gdal',
  form,
  language: 'sh',
  target: 'file',
  text,
  ways,
  dataset: '/vsicurl/',
  ...others,
});

export const gdalMaps = (dataset: string): Recipe =>
  gdal('environment', 'gdal-environment', ANY, {
    target: 'maps',
    dataset,
    headerNotes: ['gdal36'],
    notes: ['everyServer'],
  });

export const python = (tool: TitleWord, target: Target, ways = ANY): Recipe => ({
  tool,
  form: 'script',
  language: 'python',
  target,
  text: tool,
  ways,
});

export const owslib = (module: string, service: string, version: string): Recipe => ({
  ...python('owslib', 'maps'),
  settings: { module, class: service, version: `"${version}"` },
});

export const jupyter = (of: Recipe): Recipe => ({
  ...of,
  tool: 'jupyter',
  form: 'cell',
  warning: 'notebook',
});
export const jupyterAsking = (of: Recipe): Recipe => ({
  ...of,
  tool: 'jupyter',
  form: 'cellAsking',
  asksForKey: true,
  ways: NOT_IN_ADDRESS,
});

export const qgis = (step: StepWord, target: Target, ways: Recipe['ways']): Recipe => ({
  tool: 'qgis',
  form: 'steps',
  language: 'text',
  target,
  text: ['qgisImport', step],
  ways,
  file: QGIS_FILE,
});

/** curl prints no picture. */
const SAVED: readonly Target[] = ['file', 'tiles'];
export const curl = (target: Target): Recipe => ({
  tool: 'curl',
  form: 'command',
  language: 'sh',
  target,
  text: 'curl',
  ways: ANY,
  settings: { options: SAVED.includes(target) ? '--fail --remote-name' : '--fail' },
});
export const curlNetrc = (target: Target): Recipe => ({
  ...curl(target),
  form: 'netrc',
  text: 'curl-netrc',
  ways: BASIC,
  file: NETRC,
  notes: ['netrc'],
});

export const other = (form: FormWord, text: string, target: Target, others: Partial<Recipe>): Recipe => ({
  tool: 'other',
  form,
  language: 'text',
  target,
  text,
  ways: [['url']],
  ...others,
});
export const dotenv = (target: Target): Recipe =>
  other('dotenv', 'dotenv', target, {
    language: 'dotenv',
    ways: ANY,
    file: { name: '.env', type: PLAIN_TEXT, language: 'dotenv', text: 'dotenv' },
  });

/** Whatever takes an address and nothing else: only for services that say so. */
export const addressAlone = (target: Target): Recipe => other('address', 'address', target, {});

/** Every form in which GDAL takes a key for a file. */
export const GDAL: readonly Recipe[] = [
  gdal('environment', 'gdal-environment', ANY, { headerNotes: ['gdal36'], notes: ['everyServer'] }),
  gdal('environmentWindows', 'gdal-environment', ANY, {
    language: 'powershell',
    headerNotes: ['gdal36'],
    notes: ['everyServer'],
  }),
  gdal('configurationServer', 'gdal-configuration', NOT_IN_ADDRESS, {
    file: configuration('gdal-server'),
    notes: ['gdal37'],
  }),
  gdal('configuration', 'gdal-configuration', NOT_IN_ADDRESS, {
    file: configuration('gdal-everywhere'),
    headerNotes: ['gdal36'],
    notes: ['everyServer'],
  }),
  gdal('headerFile', 'gdal-header-file', NOT_IN_ADDRESS, {
    file: {
      name: 'gdal-{{slug}}-headers.txt',
      type: PLAIN_TEXT,
      language: 'headers',
      text: 'header-file',
    },
    notes: ['gdal23', 'everyServer'],
  }),
  gdal('netrc', 'gdal-netrc', BASIC, { file: NETRC, notes: ['netrc'] }),
];
