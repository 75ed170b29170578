import type { OwnPolicy } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { FieldGroup } from '../../ui/field.js';
import type { Draft } from './draft.js';

const USUAL = [1, 24, 7 * 24, 30 * 24, 90 * 24, 365 * 24];

/** The lengths to choose from: the usual ones that are allowed, the longest allowed, and the one that is asked for. */
export function hoursToChoose({ maxTtlHours, defaultTtlHours }: OwnPolicy, chosen: string): number[] {
  const most = maxTtlHours ?? Infinity;
  const hours = [...USUAL, defaultTtlHours, Number(chosen), most].filter((each) => each > 0 && each <= most);
  return [...new Set(hours)].filter(Number.isFinite).sort((a, b) => a - b);
}

interface EndProps {
  readonly draft: Draft;
  readonly policy: OwnPolicy;
  readonly error: string | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** When the key ends: a length with its date, a day of the calendar, or never where that is allowed. */
export function EndQuestion({ draft, policy, error, onChange }: EndProps) {
  const { t, f } = useTexts();
  const { end } = t.newKey;
  const { maxTtlHours, mayNeverExpire } = policy;
  const choices = hoursToChoose(policy, draft.end).map((hours) => ({
    value: String(hours),
    name: f.duration(hours),
    date: (hours <= 24 ? f.moment : f.shortDay)(new Date(Date.now() + hours * 3_600_000)),
  }));
  const all = [
    ...choices,
    { value: 'date', name: end.date, date: end.dateHint },
    ...(mayNeverExpire ? [{ value: 'never', name: end.never, date: end.neverHint }] : []),
  ];
  return (
    <FieldGroup
      legend={end.label}
      error={error}
      hint={maxTtlHours === null ? undefined : end.max(f.duration(maxTtlHours))}
    >
      <div class="ends" data-field="end">
        {all.map(({ value, name, date }) => (
          <label key={value} class="end">
            <input
              type="radio"
              name="end"
              checked={draft.end === value}
              onChange={() => onChange({ end: value })}
            />
            <span class="end-name">{name}</span>
            <span class="end-date">{date}</span>
          </label>
        ))}
      </div>
      {draft.end === 'date' && <Calendar draft={draft} policy={policy} onChange={onChange} />}
    </FieldGroup>
  );
}

function Calendar({ draft, policy: { maxTtlHours }, onChange }: Omit<EndProps, 'error'>) {
  const { t } = useTexts();
  const latest =
    maxTtlHours === null ? undefined : dayOf(new Date(Date.now() + maxTtlHours * 3_600_000 - 86_400_000));
  return (
    <input
      type="date"
      class="input end-calendar"
      aria-label={t.newKey.end.day}
      min={dayOf(new Date())}
      max={latest}
      value={draft.date}
      onInput={({ currentTarget }) => onChange({ date: currentTarget.value })}
    />
  );
}

/** yyyy-mm-dd, where the person is. */
const dayOf = (at: Date): string =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
