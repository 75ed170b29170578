import type { KeyRecord } from '../../api/types.js';
import type { Format } from '../../texts/format.js';
import { useTexts } from '../../texts/texts.js';
import type { Texts } from '../../texts/texts.js';
import { KeyState } from '../../ui/key-state.js';
import { useLately } from './use-key.js';
import type { KeyUsage } from './types.js';

type Words = Texts['key']['sentence'];

const SAY: Readonly<Record<KeyRecord['state'], (key: KeyRecord, words: Words, f: Format) => string>> = {
  live: ({ expiresAt, replacedBy }, words, f) => {
    if (!expiresAt) return words.forever;
    const end = f.relative(expiresAt);
    return replacedBy ? words.overlap(f.end(expiresAt)) : words.live(end, f.end(expiresAt));
  },
  disabled: ({ disabledBy }, words) => words.disabled[disabledBy ?? 'owner'] ?? '',
  expired: ({ expiresAt, replacedBy }, words, f) => {
    const when = f.relative(expiresAt ?? new Date());
    return replacedBy ? words.overlapOver(when) : words.expired(when);
  },
  revoked: ({ revokedBy, revokedAt }, words, f) =>
    words.revoked[revokedBy ?? 'owner']?.(f.relative(revokedAt ?? new Date())) ?? '',
};

function lastUse(use: KeyUsage['lastUse'] | undefined, key: KeyRecord, words: Words, f: Format): string {
  if (use) return words.used(f.relative(use.at), words.by(use.agent, use.network));
  return key.usage.lastUsedAt ? words.used(f.relative(key.usage.lastUsedAt), '') : words.unused;
}

/** What the key is and does, as one would say it. */
export function StateSentence({ of: key }: { of: KeyRecord }) {
  const { t, f } = useTexts();
  const { data } = useLately(key.id, 24);
  const words = t.key.sentence;
  const reason = key.revokeReason && key.state === 'revoked' ? ` ${words.reason(key.revokeReason)}` : '';
  return (
    <div class="key-sentence" role="status">
      <KeyState of={key} />
      <p>
        {SAY[key.state](key, words, f)}
        {reason} {lastUse(data?.lastUse, key, words, f)}
      </p>
    </div>
  );
}
