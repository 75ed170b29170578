import type { ComponentChildren } from 'preact';
import { useTexts } from '../../texts/texts.js';
import { Time } from '../../ui/time.js';
import type { Sync } from './types.js';

export function SyncFacts({ of }: { of: Sync }) {
  const { t, f } = useTexts();
  const { facts: words } = t.admin.sync;
  const failed = Object.values(of.calls.failed).reduce((sum, count) => sum + count, 0);
  const instant = (at: string | null) => (at ? <Time at={at} /> : t.keys.neverUsed);
  const facts: [string, ComponentChildren][] = [
    [words.oldest, instant(of.oldestRightsReadAt)],
    [words.success, instant(of.lastSuccessAt)],
    [words.interval, of.intervalSeconds > 0 ? f.period(of.intervalSeconds) : words.off],
    [words.feed, of.eventFeed ? words.feedOn : words.feedOff],
    [words.leader, of.leader ? <code>{of.leader}</code> : words.nobody],
    [
      words.calls,
      <span>
        {f.number(of.calls.made)}
        {failed > 0 && <span class="bad-text">, {words.failed(failed)}</span>}
      </span>,
    ],
  ];
  return (
    <section class="card card-inside">
      <dl class="facts">
        {facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}
      </dl>
    </section>
  );
}
