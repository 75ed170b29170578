/** The longest part of a header that is looked at. */
const LONGEST_READ = 500;
const BROWSERS = /\b(QGIS|Firefox|Edg|OPR|Chrome|Safari)\/[\d.]+/g;
const SHOWN: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera' };
/** The most telling first: each browser names its forebears too. */
const RANKED = ['QGIS', 'Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'];

/**
 * The family of a user agent, without version or platform: `GDAL`, `python-requests`, `Firefox`. null: none is told.
 * Nobody is known by it: what it says anybody can say.
 */
export function userAgentFamily(header: string | undefined): string | null {
  const text = header?.slice(0, LONGEST_READ).trim();
  if (!text) return null;
  if (!text.startsWith('Mozilla/')) return firstWord(text);
  const names = new Set(Array.from(text.matchAll(BROWSERS), ([, name]) => name!));
  const found = RANKED.find((name) => names.has(name));
  return found === undefined ? 'Mozilla' : (SHOWN[found] ?? found);
}

/** Of `GDAL/3.8.4`, `R (4.3.1 …)`, `Apache-HttpClient/4.5 (Java/17)`. */
const firstWord = (text: string): string => /^[\w.+-]{1,40}/.exec(text)?.[0] ?? 'other';
