import { useEffect } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import type { KeyRecord } from '../../api/types.js';
import { useAddress } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import { useToast } from '../../ui/toast.js';
import { keyAddress } from './key-address.js';
import type { KeyUsage } from './types.js';
import { actOn, useKey, useLately } from './use-key.js';

const LOOK_MS = 3000;
const DAY_MS = 86_400_000;

/** How much a key that was replaced is still used, counted live until nothing is left, and then the way to end it. */
export function OldKeyNotice({
  id,
  isElsewhere,
}: {
  id: string;
  /** Seen from the new key. */ isElsewhere?: boolean;
}) {
  const { data: old } = useKey(id);
  return old?.state === 'live' ? <StillUsed old={old} isElsewhere={isElsewhere} /> : null;
}

function StillUsed({ old, isElsewhere }: { old: KeyRecord; isElsewhere?: boolean }) {
  const { data, problem, reload } = useLately(old.id, 24);
  useEffect(() => {
    const timer = window.setInterval(reload, LOOK_MS);
    return () => window.clearInterval(timer);
  }, [reload]);
  // That nothing needs it any more is said only of what was just counted.
  if (!data || (problem && data.totals.accepted === 0)) return null;
  return <Uses of={old} lately={data} isElsewhere={isElsewhere} />;
}

interface UsesProps {
  readonly of: KeyRecord;
  readonly lately: KeyUsage;
  readonly isElsewhere?: boolean;
}

function Uses({ of: old, lately, isElsewhere }: UsesProps) {
  const { t } = useTexts();
  const { query } = useAddress();
  const { notices } = t.key;
  const say = useToast();
  const uses = lately.totals.accepted;
  const end = (): void => {
    actOn(old.id, 'revoke', {}).then(
      () => say(notices.ended),
      (problem: Problem) => say(t.problem(problem), 'bad'),
    );
  };
  return (
    <Notice
      tone={uses ? 'warn' : 'good'}
      title={uses ? notices.still(uses, networksOf(lately)) : notices.quiet}
      action={
        <span class="notice-actions">
          {isElsewhere && (
            <ButtonLink small to={keyAddress(old.id, query)}>
              {notices.showOld}
            </ButtonLink>
          )}
          <Button small look={uses ? 'plain' : 'primary'} onClick={end}>
            {notices.endOld}
          </Button>
        </span>
      }
    >
      <p>{uses ? notices.stillText : notices.quietText}</p>
    </Notice>
  );
}

const networksOf = ({ networks }: KeyUsage): number =>
  networks.filter(({ lastUsedAt }) => Date.now() - Date.parse(lastUsedAt) < DAY_MS).length;
