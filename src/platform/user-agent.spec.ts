import { expect, it } from 'vitest';
import { userAgentFamily } from './user-agent.js';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  ['GDAL/3.8.4', 'GDAL'],
  ['curl/8.5.0', 'curl'],
  ['python-requests/2.32.3', 'python-requests'],
  ['Apache-HttpClient/4.5.14 (Java/17.0.2)', 'Apache-HttpClient'],
  ['R (4.3.1 x86_64-pc-linux-gnu)', 'R'],
  ['Mozilla/5.0 QGIS/33401/Linux', 'QGIS'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36`, 'Chrome'],
  [`Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0`, 'Edge'],
  [`Mozilla/5.0 (Macintosh) ${WEBKIT} Version/17.4 Safari/605.1.15`, 'Safari'],
  ['Mozilla/4.0 (compatible; something)', 'Mozilla'],
  ['<script>', 'other'],
  ['', null],
  [undefined, null],
])('the family of %s is %s', (header, family) => {
  expect(userAgentFamily(header)).toBe(family);
});
