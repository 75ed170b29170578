import type { Kind } from './access.js';
import type { Target } from './addresses.js';
import {
  GDAL,
  NOT_IN_ADDRESS,
  QGIS_FILES,
  QGIS_MAPS,
  addressAlone,
  curl,
  curlNetrc,
  dotenv,
  gdalMaps,
  jupyter,
  jupyterAsking,
  owslib,
  python,
  qgis,
} from './tools.js';
import type { Recipe } from './tools.js';
import type { StepWord } from './words.js';

const RASTERIO = python('rasterio', 'file');
const PYSTAC = python('pystac-client', 'catalogue');
const OWSLIB_WMS = owslib('wms', 'WebMapService', '1.3.0');
const QGIS_RASTER = qgis('qgisRaster', 'file', QGIS_FILES);
const TERRA: Recipe = { ...python('terra', 'file'), language: 'r' };
const OBSTORE = python('obstore', 'file', NOT_IN_ADDRESS);
const CURL_FILE = curl('file');
const IN_PYTHON = [RASTERIO, jupyter(RASTERIO), jupyterAsking(RASTERIO)];

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
  curl(target),
  curlNetrc(target),
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
export const CHECK: Recipe = { ...curl('service'), tool: 'check', text: 'check' };
