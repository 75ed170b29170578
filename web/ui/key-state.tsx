import type { KeyRecord } from '../api/types.js';
import type { Format } from '../texts/format.js';
import { useTexts } from '../texts/texts.js';
import type { Texts } from '../texts/texts.js';
import { Badge } from './badge.js';
import type { Tone } from './badge.js';
import { isSoon } from './soon.js';

interface Said {
  readonly tone: Tone;
  readonly text: string;
  /** When exactly. */
  readonly at?: string | null;
}

type State = KeyRecord['state'];
const SAY: Readonly<Record<State, (key: KeyRecord, t: Texts['keys']['state'], f: Format) => Said>> = {
  live: (key, t, f) => {
    if (key.expiresAt === null) return { tone: 'good', text: t.forever };
    const at = key.expiresAt;
    if (key.replacedBy) return { tone: 'warn', text: t.overlap(f.relative(at)), at };
    return isSoon(at)
      ? { tone: 'warn', text: t.ends(f.relative(at)), at }
      : { tone: 'good', text: t.live, at };
  },
  disabled: ({ disabledBy }, t) => ({ tone: 'quiet', text: t.disabledBy[disabledBy ?? ''] ?? t.disabled }),
  expired: ({ replacedBy, expiresAt: at }, t, f) => ({
    tone: 'quiet',
    text: replacedBy ? t.overlapOver : t.expired(f.relative(at ?? new Date())),
    at,
  }),
  revoked: ({ revokedBy, revokedAt: at }, t) => ({
    tone: 'bad',
    text: t.revokedBy[revokedBy ?? 'owner'] ?? '',
    at,
  }),
};

/** What there is to say of a key's state, the state itself first. */
export function stateInWords(key: KeyRecord, { t, f }: { t: Texts; f: Format }): Said[] {
  const words = t.keys.state;
  const said = [SAY[key.state](key, words, f)];
  const isOver = key.state === 'revoked' || key.state === 'expired';
  if (key.usedAfterEndAt) said.push({ tone: 'bad', text: words.usedAfterEnd, at: key.usedAfterEndAt });
  if (key.rights.lost.length && !isOver) said.push({ tone: 'warn', text: words.lost(key.rights.lost) });
  return said;
}

export function KeyState({ of }: { of: KeyRecord }) {
  const spoken = useTexts();
  return (
    <span class="badges">
      {stateInWords(of, spoken).map(({ tone, text, at }) => (
        <span key={text} title={at ? spoken.f.exact(at) : undefined}>
          <Badge tone={tone}>{text}</Badge>
        </span>
      ))}
    </span>
  );
}
