import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { call } from '../../api/call.js';
import { useResource } from '../../api/resource.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Confirm } from '../../ui/dialog.js';
import { Notice, ProblemNotice } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { useToast } from '../../ui/toast.js';
import { AdminPage } from './admin-page.js';
import { MissingRights } from './missing-rights.js';
import { Passes } from './passes.js';
import { SyncFacts } from './sync-facts.js';
import type { Sync, SyncAction } from './types.js';

const LOOK_MS = 5000;

type Asks = 'pause' | 'confirmMassChange';

/** How the rights of keys follow the identity provider, and what can be done about it. */
export function SyncPage() {
  const { t } = useTexts();
  const { sync: words } = t.admin;
  const { data, problem, reload } = useResource<Sync>('v1/admin/sync');
  useEffect(() => {
    const timer = window.setInterval(reload, LOOK_MS);
    return () => window.clearInterval(timer);
  }, [reload]);
  if (data) return <Known of={data} {...{ problem, reload }} />;
  return (
    <AdminPage title={words.title} lead={words.lead}>
      {problem ? <ProblemNotice problem={problem} onAgain={reload} /> : <Skeleton label={t.common.loading} />}
    </AdminPage>
  );
}

interface KnownProps {
  readonly of: Sync;
  /** Why it is not how it is now, but how it was. */
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

function Known({ of: sync, problem, reload }: KnownProps) {
  const { t } = useTexts();
  const { sync: words } = t.admin;
  const { act, isBusy } = useAct(reload);
  const [asks, setAsks] = useState<Asks>();
  const running = (
    <>
      <Button icon="pause" disabled={isBusy} onClick={() => setAsks('pause')}>
        {words.pause}
      </Button>
      <Button look="primary" icon="refresh" disabled={isBusy} onClick={() => act('now')}>
        {words.now}
      </Button>
    </>
  );
  const paused = (
    <Button look="primary" icon="play" disabled={isBusy} onClick={() => act('resume')}>
      {words.resume}
    </Button>
  );
  return (
    <AdminPage title={words.title} lead={words.lead} actions={sync.paused ? paused : running}>
      {problem && <ProblemNotice problem={problem} onAgain={reload} />}
      <State of={sync} onConfirm={() => setAsks('confirmMassChange')} />
      <div class="columns columns-even">
        <SyncFacts of={sync} />
        <MissingRights of={sync.missingRights} />
      </div>
      <Passes of={sync.passes} />
      {asks && <Sure asks={asks} of={sync} act={act} onClose={() => setAsks(undefined)} />}
    </AdminPage>
  );
}

interface SureProps {
  readonly asks: Asks;
  readonly of: Sync;
  readonly act: (action: SyncAction) => void;
  readonly onClose: () => void;
}

function Sure({ asks, of, act, onClose }: SureProps) {
  const { t } = useTexts();
  const { sync: words } = t.admin;
  const isPause = asks === 'pause';
  const confirmed = (): void => {
    act(asks);
    onClose();
  };
  return (
    <Confirm
      title={isPause ? words.pauseTitle : words.confirmTitle}
      yes={isPause ? words.pause : words.confirm}
      danger={!isPause}
      onYes={confirmed}
      onNo={onClose}
    >
      <p>{isPause ? words.pauseText : words.confirmText(of.lastPass?.losers ?? 0)}</p>
    </Confirm>
  );
}

const isPass = (action: SyncAction): boolean => action === 'now' || action === 'confirmMassChange';

function useAct(reload: () => void) {
  const { t } = useTexts();
  const say = useToast();
  const [isBusy, setBusy] = useState(false);
  const act = (action: SyncAction): void => {
    setBusy(true);
    call<Sync>('v1/admin/sync', { method: 'POST', body: { action } })
      .then(({ lastPass }) => {
        const outcome = isPass(action) ? (lastPass?.outcome ?? 'none') : 'done';
        if (outcome === 'done') say(t.admin.sync.done[action]);
        else say(t.admin.sync.states[outcome], 'bad');
      })
      .catch((problem: Problem) => say(t.problem(problem), 'bad'))
      .finally(() => {
        setBusy(false);
        reload();
      });
  };
  return { act, isBusy };
}

type State = 'done' | 'incomplete' | 'held' | 'paused' | 'none';
const TONES = { done: 'good', incomplete: 'warn', held: 'bad', paused: 'warn', none: 'accent' } as const;

const stateOf = ({ paused, lastPass }: Sync): State => (paused ? 'paused' : (lastPass?.outcome ?? 'none'));

function State({ of, onConfirm }: { of: Sync; onConfirm: () => void }) {
  const { t, f } = useTexts();
  const { sync: words } = t.admin;
  const state = stateOf(of);
  const { finishedAt, unreadable = 0, losers = 0, problem } = of.lastPass ?? {};
  const sentence = {
    done: () => words.sentence.done(f.relative(finishedAt!)),
    incomplete: () => words.sentence.incomplete(unreadable),
    held: () => words.sentence.held(losers),
    paused: () => words.sentence.paused,
    none: () => words.sentence.none,
  }[state]();
  const confirm = state === 'held' && (
    <Button look="danger" small onClick={onConfirm}>
      {words.confirm}
    </Button>
  );
  return (
    <Notice tone={TONES[state]} title={words.states[state]} action={confirm}>
      <p>{sentence}</p>
      {problem && <p class="faint">{problem}</p>}
    </Notice>
  );
}
