import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useIsTooWide } from './use-fit.js';

export interface Column<Row> {
  readonly name: string;
  readonly head: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
  /** 'main' heads the card; 'menu' stands in its corner. */
  readonly place?: 'main' | 'menu';
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  /** Older rows under newer filters, while others are on their way. */
  readonly isStale?: boolean;
}

/** A table, of which each row is a card where it would be wider than its place. */
export function Table<Row>({ label, columns, rows, idOf, isStale }: TableProps<Row>) {
  const table = useRef<HTMLTableElement>(null);
  const isCards = useIsTooWide(table);
  const look = ['table', isCards && 'table-cards', isStale && 'table-stale'].filter(Boolean).join(' ');
  return (
    <table class={look} aria-label={label} ref={table}>
      <thead>
        <tr>
          {columns.map(({ name, head, place }) => (
            <th key={name} scope="col" class={`col-${name} ${place ? `place-${place}` : ''}`}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={idOf(row)}>
            {columns.map(({ name, head, cell, place }) => (
              <td key={name} class={`col-${name} ${place ? `place-${place}` : ''}`}>
                {!place && (
                  <span class="cell-head" aria-hidden="true">
                    {head}
                  </span>
                )}
                <div class="cell">{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where rows will be. */
export function TableSkeleton({ rows = 5, label }: { rows?: number; label: string }) {
  return (
    <div class="skeleton-rows" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton-row">
          <span class="skeleton" />
          <span class="skeleton" />
          <span class="skeleton" />
          <span class="skeleton" />
        </div>
      ))}
    </div>
  );
}
