import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import type { Service } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { Select } from '../../ui/field.js';
import { SearchField } from '../../ui/search-field.js';
import { SORTS } from './filters.js';
import type { KeyFilters } from './filters.js';

interface ToolbarProps {
  readonly filters: KeyFilters;
  readonly isNarrowed: boolean;
  readonly onChange: (values: Record<string, string>) => void;
  /** The same list without filters. */
  readonly clearTo?: string;
  /** What else it is searched by. */
  readonly children?: ComponentChildren;
}

const STATES = ['live', 'disabled', 'expired', 'revoked', 'any'] as const;
const CREATED = ['', 'week', 'month', 'year'] as const;
const ENDS = ['', 'soon', 'month', 'never'] as const;
const USED = ['', 'week', 'idle', 'unused'] as const;

/** Search, filters and order, all of it in the address. */
export function Toolbar({ filters, isNarrowed, onChange, clearTo = '/', children }: ToolbarProps) {
  const { t } = useTexts();
  const more = ['service', 'created', 'ends', 'used', 'status'] as const;
  const chosen = more.filter((name) => filters[name] !== '').length;
  const [isOpen, setOpen] = useState(chosen > 0);
  return (
    <div class="toolbar">
      <div class="toolbar-line">
        <SearchField label={t.keys.search} value={filters.q} onChange={(q) => onChange({ q })} />
        {children}
        <Button icon="filter" aria-expanded={isOpen} aria-controls="filters" onClick={() => setOpen(!isOpen)}>
          {t.keys.filters}
          {chosen > 0 && <span class="count">{chosen}</span>}
        </Button>
        <Select
          label={t.keys.filter.sort}
          value={filters.sort || 'expires'}
          options={SORTS.map((sort) => [sort, t.keys.sorts[sort]] as const)}
          onValue={(sort) => onChange({ sort: sort === 'expires' ? '' : sort })}
        />
      </div>
      {isOpen && (
        <div class="filters" id="filters">
          <FilterSelects filters={filters} onChange={onChange} />
          {isNarrowed && (
            <ButtonLink look="quiet" icon="close" to={clearTo}>
              {t.keys.clear}
            </ButtonLink>
          )}
        </div>
      )}
    </div>
  );
}

function FilterSelects({ filters, onChange }: Pick<ToolbarProps, 'filters' | 'onChange'>) {
  const { t } = useTexts();
  const { data } = useResource<{ items: readonly Service[] }>('v1/services');
  const services = (data?.items ?? []).map(({ audience, title }) => [audience, title] as const);
  // One that the catalogue doesn't know may stand in an address all the same.
  const other = filters.service && !services.some(([audience]) => audience === filters.service);
  const of = <Name extends string>(names: readonly Name[], texts: Readonly<Record<string, string>>) =>
    names.map((name) => [name, texts[name || 'any']!] as const);
  const rows = [
    ['status', t.keys.filter.status, of(STATES, t.keys.statuses)],
    [
      'service',
      t.keys.filter.service,
      [['', t.keys.anyService], ...services, ...(other ? [[filters.service, filters.service] as const] : [])],
    ],
    ['created', t.keys.filter.created, of(CREATED, t.keys.created)],
    ['ends', t.keys.filter.ends, of(ENDS, t.keys.ends)],
    ['used', t.keys.filter.used, of(USED, t.keys.used)],
  ] as const;
  return (
    <>
      {rows.map(([name, label, options]) => (
        <label key={name} class="filter">
          <span>{label}</span>
          <Select<string>
            value={filters[name] || options[0]![0]}
            options={options as readonly (readonly [string, string])[]}
            onValue={(value) => onChange({ [name]: name === 'status' && value === 'live' ? '' : value })}
          />
        </label>
      ))}
    </>
  );
}
