import { useTexts } from '../../texts/texts.js';
import { Badge } from '../../ui/badge.js';
import { Table } from '../../ui/table.js';
import type { Column } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import type { Pass } from './types.js';

const TONES = { done: 'good', incomplete: 'warn', held: 'bad' } as const;

/** The latest passes over everybody. */
export function Passes({ of }: { of: readonly Pass[] }) {
  const { t, f } = useTexts();
  const { passes: words } = t.admin.sync;
  const { columns: heads } = words;
  const columns: Column<Pass>[] = [
    { name: 'at', head: heads.at, place: 'main', cell: ({ startedAt }) => <Time at={startedAt} absolute /> },
    {
      name: 'outcome',
      head: heads.outcome,
      cell: ({ outcome, problem }) => (
        <span title={problem ?? undefined}>
          <Badge tone={TONES[outcome]}>{words.outcomes[outcome]}</Badge>
        </span>
      ),
    },
    { name: 'took', head: heads.took, cell: (pass) => <Took of={pass} /> },
    { name: 'people', head: heads.people, cell: ({ confirmed, owners }) => words.people(confirmed, owners) },
    { name: 'number', head: heads.changed, cell: ({ changed }) => f.number(changed) },
    { name: 'mode', head: heads.mode, cell: ({ mode }) => words.modes[mode] },
  ];
  return (
    <section class="card list-card">
      <header class="card-head">
        <h2>{words.title}</h2>
      </header>
      {of.length === 0 ? (
        <p class="card-text faint">{words.none}</p>
      ) : (
        <Table label={words.title} columns={columns} rows={of} idOf={({ startedAt }) => startedAt} />
      )}
    </section>
  );
}

function Took({ of: { startedAt, finishedAt } }: { of: Pass }) {
  const { t } = useTexts();
  const { passes: words } = t.admin.sync;
  const milliseconds = Date.parse(finishedAt) - Date.parse(startedAt);
  return <>{milliseconds < 1000 ? words.milliseconds(milliseconds) : words.seconds(milliseconds / 1000)}</>;
}
