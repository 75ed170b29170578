import { useResource } from '../../api/resource.js';
import type { KeyRecord, Refusal } from '../../api/types.js';
import { useAddress, withQuery } from '../../app/address.js';
import type { Address } from '../../app/address.js';
import { refusalOf } from '../../texts/refusals.js';
import { useTexts } from '../../texts/texts.js';
import { ButtonLink } from '../../ui/button.js';
import { Icon } from '../../ui/icons.js';
import { Empty, ProblemNotice } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { Time } from '../../ui/time.js';
import { useTitles } from './titles.js';
import type { RefusalList } from './types.js';
import { keyPath } from './use-key.js';

interface Whose {
  readonly of: KeyRecord;
  /** Where the key is in the API. */
  readonly path?: string;
  /** Whoever asks may try such a request again. */
  readonly isOwn?: boolean;
}

/** Why it was refused lately, in words, and what can be done about it. */
export function RefusalsTab({ of: key, path = keyPath(key.id), isOwn = true }: Whose) {
  const { t } = useTexts();
  const { refusals: words } = t.key;
  const titles = useTitles(key);
  const { data, problem, reload } = useResource<RefusalList>(`${path}/refusals`);
  if (problem) return <ProblemNotice problem={problem} onAgain={reload} />;
  if (!data) return <Skeleton label={t.common.loading} />;
  if (data.items.length === 0)
    return (
      <Empty icon="check" title={words.none}>
        <p>{words.noneText}</p>
      </Empty>
    );
  return (
    <ul class="refusals" aria-label={words.title}>
      {data.items.map((refusal) => (
        <Refused
          key={`${refusal.at} ${refusal.code} ${refusal.audience}`}
          of={refusal}
          service={titles.get(refusal.audience ?? '')}
          limits={isOwn ? key : undefined}
        />
      ))}
    </ul>
  );
}

interface OneRefusal {
  readonly of: Refusal;
  /** What the service is called. */
  readonly service: string | undefined;
  readonly limits: KeyRecord | undefined;
}

function Refused({ of: refusal, service, limits }: OneRefusal) {
  const { t } = useTexts();
  const { refusals: words } = t.key;
  const address = useAddress();
  const { title, remedy } = refusalOf(refusal.code, t.refusals);
  return (
    <li class="refusal">
      <Icon name="ban" />
      <div class="refusal-text">
        <p class="refusal-title">
          {title}
          {refusal.count > 1 && <span class="count">{words.times(refusal.count)}</span>}
        </p>
        <p class="faint">
          <Time at={refusal.at} /> <Circumstances of={refusal} service={service} />
        </p>
        {remedy && (
          <p class="refusal-remedy">
            <Icon name="arrowRight" size={14} /> {remedy}
          </p>
        )}
      </div>
      {limits && (
        <ButtonLink small to={checkAddress(address, refusal, limits)}>
          {words.test}
        </ButtonLink>
      )}
    </li>
  );
}

function Circumstances({ of, service }: { of: Refusal; service: string | undefined }) {
  const { t } = useTexts();
  const { refusals: words } = t.key;
  const parts = [
    of.audience && words.at(service ?? of.audience),
    of.network && words.from(of.network),
    of.agent && words.by(of.agent),
  ].filter(Boolean);
  return (
    <>
      {parts.join(' ')}
      {of.requirement && `. ${words.asked(of.requirement)}.`}
    </>
  );
}

/** "Would it pass?" with what is known of that request. */
function checkAddress(
  address: Address,
  { audience, network, requirement, code }: Refusal,
  { allowedMethods }: KeyRecord,
): string {
  const isToldMethod = code !== 'METHOD_NOT_ALLOWED' && code !== 'CONTEXT_REQUIRED';
  return withQuery(address, {
    show: 'check',
    audience: audience ?? '',
    ip: network ? addressIn(network) : '',
    require: requirement ?? '',
    url: code === 'URL_NOT_ALLOWED' ? '1' : '',
    referer: '',
    method: (isToldMethod && allowedMethods?.[0]) || '',
    at: '',
  });
}

/** One of a network's addresses: 203.0.113.0/24 is the case for 203.0.113.1 as well. */
export function addressIn(network: string): string {
  const [base = ''] = network.split('/');
  return base.includes(':') ? `${base.replace(/:*$/, '')}::1` : base.replace(/\.0$/, '.1');
}
