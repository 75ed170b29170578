import { useCallback, useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import type { OwnPolicy, Service } from '../../api/types.js';
import { navigate, useLeaveGuard } from '../../app/address.js';
import { forgetFreshKey, freshKey } from '../../app/fresh-key.js';
import type { FreshKey } from '../../app/fresh-key.js';
import { Page } from '../../app/page.js';
import { useTexts } from '../../texts/texts.js';
import { ButtonLink } from '../../ui/button.js';
import { Confirm } from '../../ui/dialog.js';
import { Empty, ProblemNotice } from '../../ui/notice.js';
import { FirstUse } from './first-use.js';
import { OldKey } from './old-key.js';
import { SecretCard } from './secret-card.js';
import { Snippets } from './snippets.js';

/** The key, this once; left, loaded anew or come back to, it is gone. */
export function OncePage({ id }: { id: string }) {
  const { t } = useTexts();
  const fresh = useFreshKey(id);
  return fresh ? (
    <Shown fresh={fresh} />
  ) : (
    <Page title={t.once.gone} hideTitle>
      <Empty
        icon="eyeOff"
        title={t.once.gone}
        actions={
          <>
            <ButtonLink look="primary" to="/">
              {t.notFound.home}
            </ButtonLink>
            <ButtonLink to={`/keys/${id}`}>{t.once.details}</ButtonLink>
          </>
        }
      >
        <p>{t.once.goneText}</p>
      </Empty>
    </Page>
  );
}

function useFreshKey(id: string): FreshKey | undefined {
  const [fresh, setFresh] = useState(() => freshKey(id));
  useEffect(() => {
    const forget = (): void => setFresh(undefined);
    window.addEventListener('pagehide', forget);
    return () => {
      window.removeEventListener('pagehide', forget);
      forgetFreshKey();
    };
  }, []);
  return fresh;
}

function Shown({ fresh }: { fresh: FreshKey }) {
  const { t } = useTexts();
  const { created, purpose } = fresh;
  const [isCopied, setCopied] = useState(false);
  const [isShown, setShown] = useState(false);
  const [leave, setLeave] = useState<() => void>();
  const ask = useCallback((go: () => void) => setLeave(() => go), []);
  useLeaveGuard(isCopied ? undefined : ask);
  useEscape(leave === undefined);
  const copied = (): void => setCopied(true);
  return (
    <Page title={t.once.title} lead={t.once.lead(created.name ?? '')}>
      <SecretCard
        secret={created.key}
        isShown={isShown}
        onShow={setShown}
        isCopied={isCopied}
        onCopied={copied}
      />
      {created.replaces && <OldKey id={created.replaces} />}
      <FirstUse id={created.id} purpose={purpose} />
      <Ready
        fresh={created.key}
        purpose={purpose}
        audiences={created.audiences}
        isShown={isShown}
        onCopied={copied}
      />
      <div class="once-foot">
        <ButtonLink to="/" look={isCopied ? 'primary' : 'plain'}>
          {t.once.done}
        </ButtonLink>
        <ButtonLink look="quiet" to={`/keys/${created.id}`}>
          {t.once.details}
        </ButtonLink>
      </div>
      {leave && (
        <Confirm
          title={t.once.ask.title}
          yes={t.once.ask.leave}
          no={t.once.ask.stay}
          danger
          onYes={leave}
          onNo={() => setLeave(undefined)}
        >
          <p>{t.once.ask.text}</p>
        </Confirm>
      )}
    </Page>
  );
}

interface ReadyProps {
  readonly fresh: string;
  readonly purpose: string;
  readonly audiences: readonly string[] | null;
  readonly isShown: boolean;
  readonly onCopied: () => void;
}

/** The snippets, as soon as it is known what the services and this deployment are called. */
function Ready({ fresh, purpose, audiences, isShown, onCopied }: ReadyProps) {
  const policy = useResource<OwnPolicy>('v1/policy');
  const services = useResource<{ items: Service[] }>('v1/services');
  const problem = policy.problem ?? services.problem;
  if (problem)
    return (
      <ProblemNotice problem={problem} onAgain={() => [policy, services].forEach((one) => one.reload())} />
    );
  if (!policy.data || !services.data) return null;
  const meant = services.data.items.filter(({ audience }) => audiences?.includes(audience) ?? true);
  return (
    <Snippets secret={fresh} services={meant} policy={policy.data} {...{ purpose, isShown, onCopied }} />
  );
}

/** Esc leads back to the list, after it was asked. */
function useEscape(isOn: boolean): void {
  useLayoutEffect(() => {
    if (!isOn) return;
    const onKey = ({ key, defaultPrevented }: KeyboardEvent): void => {
      if (key === 'Escape' && !defaultPrevented) navigate('/');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isOn]);
}
