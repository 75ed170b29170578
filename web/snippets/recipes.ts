import type { Kind, Way } from './access.js';
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

const ANY: Recipe['ways'] = [['header', 'basic', 'url']];
const NOT_IN_ADDRESS: Recipe['ways'] = [['header', 'basic']];
const BASIC: Recipe['ways'] = [['basic']];
/** QGIS takes Basic for whatever it reads, and headers for web services alone. */
const QGIS_MAPS: Recipe['ways'] = [['basic'], ['header'], ['url']];
const QGIS_FILES: Recipe['ways'] = [['basic'], ['url']];

const PLAIN_TEXT = 'text/plain';
const NETRC: FileRecipe = { name: '.netrc', type: PLAIN_TEXT, language: 'netrc', text: 'netrc' };
const QGIS_FILE: FileRecipe = {
  name: 'qgis-{{slug}}.xml',
  type: 'application/xml',
  language: 'xml',
  text: 'qgis',
};
const configuration = (text: string): FileRecipe => ({
  name: 'gdal-{{slug}}.ini',
  type: PLAIN_TEXT,
  language: 'ini',
  text,
});

const gdal = (form: FormWord, text: string, ways: Recipe['ways'], others: Partial<Recipe> = {}): Recipe => ({
  tool: 'gdal',
  form,
  language: 'sh',
  target: 'file',
  text,
  ways,
  dataset: '/vsicurl/',
  ...others,
});

const gdalMaps = (dataset: string): Recipe =>
  gdal('environment', 'gdal-environment', ANY, {
    target: 'maps',
    dataset,
    headerNotes: ['gdal36'],
    notes: ['everyServer'],
  });

const python = (tool: TitleWord, target: Target, ways = ANY): Recipe => ({
  tool,
  form: 'script',
  language: 'python',
  target,
  text: tool,
  ways,
});

const owslib = (module: string, service: string, version: string): Recipe => ({
  ...python('owslib', 'maps'),
  settings: { module, class: service, version: `"${version}"` },
});

const jupyter = (of: Recipe): Recipe => ({ ...of, tool: 'jupyter', form: 'cell', warning: 'notebook' });
const jupyterAsking = (of: Recipe): Recipe => ({
  ...of,
  tool: 'jupyter',
  form: 'cellAsking',
  asksForKey: true,
  ways: NOT_IN_ADDRESS,
});

const qgis = (step: StepWord, target: Target, ways: Recipe['ways']): Recipe => ({
  tool: 'qgis',
  form: 'steps',
  language: 'text',
  target,
  text: ['qgisImport', step],
  ways,
  file: QGIS_FILE,
});

/** curl prints no picture. */
const SAVING = '--fail --remote-name';
const SHOWING = '--fail';
const curl = (target: Target, options = SHOWING): Recipe => ({
  tool: 'curl',
  form: 'command',
  language: 'sh',
  target,
  text: 'curl',
  ways: ANY,
  settings: { options },
});
const curlNetrc = (target: Target, options = SHOWING): Recipe => ({
  ...curl(target, options),
  form: 'netrc',
  text: 'curl-netrc',
  ways: BASIC,
  file: NETRC,
  notes: ['netrc'],
});

const other = (form: FormWord, text: string, target: Target, others: Partial<Recipe>): Recipe => ({
  tool: 'other',
  form,
  language: 'text',
  target,
  text,
  ways: [['url']],
  ...others,
});
const dotenv = (target: Target): Recipe =>
  other('dotenv', 'dotenv', target, {
    language: 'dotenv',
    ways: ANY,
    file: { name: '.env', type: PLAIN_TEXT, language: 'dotenv', text: 'dotenv' },
  });

const RASTERIO = python('rasterio', 'file');
const PYSTAC = python('pystac-client', 'catalogue');
const OWSLIB_WMS = owslib('wms', 'WebMapService', '1.3.0');
const GDAL: readonly Recipe[] = [
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
const QGIS_RASTER = qgis('qgisRaster', 'file', QGIS_FILES);
const TERRA: Recipe = { ...python('terra', 'file'), language: 'r' };
const OBSTORE = python('obstore', 'file', NOT_IN_ADDRESS);
const CURL_FILE = curl('file', SAVING);
const IN_PYTHON = [RASTERIO, jupyter(RASTERIO), jupyterAsking(RASTERIO)];

/** Whatever takes an address and nothing else: only for services that say so. */
const addressAlone = (target: Target): Recipe => other('address', 'address', target, {});

const forFiles = (...first: readonly Recipe[]): readonly Recipe[] => [
  ...new Set([
    ...first,
    ...GDAL,
    QGIS_RASTER,
    ...IN_PYTHON,
    TERRA,
    CURL_FILE,
    python('requests', 'file'),
    OBSTORE,
    dotenv('file'),
    addressAlone('file'),
  ]),
];

const forMaps = (step: StepWord, library: Recipe, dataset: string): readonly Recipe[] => [
  qgis(step, 'maps', QGIS_MAPS),
  library,
  jupyter(library),
  jupyterAsking(library),
  gdalMaps(dataset),
  curl('capabilities'),
  curlNetrc('capabilities'),
  python('requests', 'capabilities'),
  dotenv('maps'),
  addressAlone('maps'),
];

const forPrograms = (target: Target, ...libraries: readonly Recipe[]): readonly Recipe[] => [
  ...libraries,
  curl(target, target === 'tiles' ? SAVING : SHOWING),
  curlNetrc(target, target === 'tiles' ? SAVING : SHOWING),
  python('requests', target),
  dotenv(target),
  addressAlone(target),
];

const REQUESTS = python('requests', 'service');

/** What is shown for each kind of service, in this order. */
export const RECIPES: Readonly<Record<Kind, readonly Recipe[]>> = {
  files: forFiles(CURL_FILE),
  cog: forFiles(),
  s3: forFiles(OBSTORE, CURL_FILE),
  stac: forPrograms(
    'catalogue',
    PYSTAC,
    jupyter(PYSTAC),
    jupyterAsking(PYSTAC),
    qgis('qgisStac', 'catalogue', QGIS_MAPS),
  ),
  xyz: forPrograms('tiles', qgis('qgisXyz', 'tiles', QGIS_MAPS)),
  wms: forMaps('qgisWms', OWSLIB_WMS, 'WMS:'),
  wmts: forMaps('qgisWms', owslib('wmts', 'WebMapTileService', '1.0.0'), 'WMTS:'),
  wcs: forMaps('qgisWcs', owslib('wcs', 'WebCoverageService', '2.0.1'), 'WCS:'),
  geoserver: forMaps('qgisWms', OWSLIB_WMS, 'WMS:'),
  api: [...forPrograms('service'), jupyter(REQUESTS), jupyterAsking(REQUESTS)],
};

/** Where nobody says what kind it is. */
export const FOR_ANY_KIND: readonly Recipe[] = [...forFiles(CURL_FILE), PYSTAC, OWSLIB_WMS];

/** Asks the manager itself, whatever the service. */
export const CHECK: Recipe = { ...curl('service', '--silent'), tool: 'check' };
