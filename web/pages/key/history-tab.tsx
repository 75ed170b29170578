import { usePages } from '../../api/pages.js';
import type { KeyRecord } from '../../api/types.js';
import type { KeyAction } from '../../texts/actions.js';
import { entryOf } from '../../texts/parts.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Icon } from '../../ui/icons.js';
import type { IconName } from '../../ui/icons.js';
import { ProblemNotice } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { Time } from '../../ui/time.js';
import { ChangedFields } from '../../ui/changed-fields.js';
import { useKeyChanges } from '../../api/key-changes.js';
import type { HistoryLine } from './types.js';
import { keyPath } from './use-key.js';

const ICONS: Readonly<Record<KeyAction, IconName>> = {
  'key.changed': 'settings',
  'key.created': 'plus',
  'key.disabled': 'pause',
  'key.enabled': 'play',
  'key.imported': 'download',
  'key.renewed': 'refresh',
  'key.replaced': 'rotate',
  'key.revoked': 'ban',
  'key.unused': 'clock',
  'key.used-after-end': 'alert',
};

/** What was done to the key, by whom, and from what to what. */
export function HistoryTab({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const { history: words } = t.key;
  const history = usePages<HistoryLine>(keyPath(key.id, '/history'));
  const { items, problem, moreProblem, isLoading, more, reload } = history;
  useKeyChanges(reload);
  if (problem && !items.length) return <ProblemNotice problem={problem} onAgain={reload} />;
  if (isLoading && !items.length) return <Skeleton label={t.common.loading} />;
  if (!items.length) return <p class="faint">{words.none}</p>;
  return (
    <>
      {problem && <ProblemNotice problem={problem} onAgain={reload} />}
      <ol class="timeline">
        {items.map((line) => (
          <Line key={`${line.at} ${line.action}`} of={line} />
        ))}
      </ol>
      {moreProblem && <ProblemNotice problem={moreProblem} onAgain={more} />}
      {more && (
        <Button small disabled={isLoading} onClick={more}>
          {words.more}
        </Button>
      )}
    </>
  );
}

function Line({ of: { at, action, by, network, agent, details } }: { of: HistoryLine }) {
  const { t } = useTexts();
  const { history: words } = t.key;
  return (
    <li>
      <span class="timeline-icon">
        <Icon name={entryOf(ICONS, action) ?? 'info'} size={16} />
      </span>
      <div>
        <p>
          <strong>{entryOf(words.actions, action) ?? action}</strong> {words.by[by]}{' '}
          <span class="faint">
            <Time at={at} /> {network && words.from(network, agent)}
          </span>
        </p>
        <ChangedFields details={details as Record<string, unknown>} />
      </div>
    </li>
  );
}
