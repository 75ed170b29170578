import { useAddress } from '../../app/address.js';
import { Page } from '../../app/page.js';
import { useResource } from '../../api/resource.js';
import type { KeyRecord, OwnPolicy, Service } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { ProblemNotice } from '../../ui/notice.js';
import { NewKeyForm } from './new-key-form.js';

/** A new key: from nothing, from a link (?name=…&audience=…&ttlHours=…), or like another (?from=<id>). */
export function NewKeyPage() {
  const { t } = useTexts();
  const { query } = useAddress();
  const from = new URLSearchParams(query).get('from');
  const policy = useResource<OwnPolicy>('v1/policy');
  const services = useResource<{ items: Service[] }>('v1/services');
  const like = useResource<KeyRecord>(from ? `v1/keys/${encodeURIComponent(from)}` : undefined);
  const problem = policy.problem ?? services.problem;
  const isReady = policy.data && services.data && !like.isLoading;
  const again = (): void => [policy, services].forEach(({ reload }) => reload());
  return (
    <Page title={t.newKey.title} back={{ to: '/', text: t.layout.keys }}>
      {problem && <ProblemNotice problem={problem} onAgain={again} />}
      {like.problem && <ProblemNotice problem={like.problem} />}
      {isReady ? (
        <NewKeyForm query={query} policy={policy.data!} services={services.data!.items} like={like.data} />
      ) : (
        !problem && <FormSkeleton />
      )}
    </Page>
  );
}

function FormSkeleton() {
  const { t } = useTexts();
  return (
    <div class="card form-skeleton" role="status" aria-label={t.common.loading}>
      <span class="skeleton" />
      <span class="skeleton" />
      <span class="skeleton" />
    </div>
  );
}
