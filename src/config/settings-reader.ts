import { SETTINGS, isInjected, nearestSetting } from './settings.js';
import type { RateLimit } from './config.js';
import { readBoolean, readNumber, readRateLimits } from './values.js';
import type { NumberBounds } from './values.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings by name and gathers what is wrong with them, so that all of it is told at once. */
export class SettingsReader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  /** As libpq reads it, where a database URL has none. */
  readonly defaultSslMode: string | undefined;
  private readonly values = new Map<string, string>();

  constructor(env: Environment) {
    this.defaultSslMode = env.PGSSLMODE || undefined;
    for (const [rawName, value] of Object.entries(env)) {
      const name = rawName.toUpperCase();
      if (value === undefined) continue;
      if (name === 'FORWARDED_ALLOW_IPS') {
        this.warnings.push(
          'FORWARDED_ALLOW_IPS has no effect here: name your proxies in APIKM_TRUSTED_PROXIES.',
        );
      }
      if (name.startsWith('APIKM_') && !isInjected(name, value)) this.take(name, value.trim());
    }
  }

  given(name: string): boolean {
    return Boolean(this.values.get(name));
  }

  text(name: string, fallback = SETTINGS[name]?.fallback ?? ''): string {
    return this.values.get(name) ?? fallback;
  }

  /** undefined after noting the problem, when the text does not match the form. */
  as<T>(
    name: string,
    reader: (text: string) => T | undefined,
    form: string,
    example: string,
    fallback?: string,
  ): T | undefined {
    const value = reader(this.text(name, fallback));
    if (value === undefined) this.expect(name, form, example);
    return value;
  }

  boolean(name: string): boolean {
    return this.as(name, readBoolean, 'true or false', 'true') ?? false;
  }

  number(name: string, bounds: NumberBounds = {}, fallback = SETTINGS[name]?.fallback ?? ''): number {
    const read = (text: string): number | undefined => readNumber(text, bounds);
    return this.as(name, read, numberForm(bounds), fallback || '720', fallback) ?? 0;
  }

  /** undefined: it isn't given. */
  optionalNumber(name: string, bounds: NumberBounds): number | undefined {
    return this.text(name) ? this.number(name, bounds) : undefined;
  }

  rateLimits(name: string): readonly RateLimit[] {
    return this.as(name, readRateLimits, 'limits joined by ";"', '20/minute') ?? [];
  }

  oneOf<T extends string>(name: string, words: readonly T[], fallback = SETTINGS[name]?.fallback): T {
    const find = (text: string): T | undefined => words.find((word) => word === text.toLowerCase());
    return this.as(name, find, `one of ${words.join(', ')}`, words[0]!, fallback) ?? words[0]!;
  }

  matching(name: string, pattern: RegExp, form: string, example: string): string {
    return this.as(name, (text) => (pattern.test(text) ? text : undefined), form, example) ?? '';
  }

  demand(name: string, form: string, example: string): void {
    if (!this.given(name)) this.expect(name, `${form}; it must be given`, example);
  }

  expect(name: string, form: string, example: string): void {
    this.problems.push(`${name}: expected ${form}, for example ${example}`);
  }

  private take(name: string, value: string): void {
    const setting = SETTINGS[name];
    if (!setting) this.problems.push(`${name} is not a setting; did you mean ${nearestSetting(name)}?`);
    else if (setting.built === false) this.warnings.push(`${name} has no effect in this version.`);
    this.values.set(name, value);
  }
}

function numberForm({ min, max, whole }: NumberBounds): string {
  const limits = [min === undefined ? '' : ` from ${min}`, max === undefined ? '' : ` to ${max}`].join('');
  return `a ${whole === false ? '' : 'whole '}number${limits}`;
}
