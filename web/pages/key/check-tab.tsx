import { useEffect, useState } from 'preact/hooks';
import { call, Problem } from '../../api/call.js';
import type { KeyRecord } from '../../api/types.js';
import { navigate, useAddress, withQuery } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Check, Field, Select, TextInput } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { useTitles } from './titles.js';
import { Verdict } from './verdict.js';
import type { Explanation } from './types.js';
import { keyPath } from './use-key.js';

const NAMES = ['audience', 'ip', 'method', 'referer', 'require', 'at', 'url'] as const;
type Name = (typeof NAMES)[number];
type Asked = Readonly<Record<Name, string>>;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function askedIn(query: string): Asked {
  const given = new URLSearchParams(query);
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) ?? ''])) as Asked;
}

/** "Would it pass?": a request is described, and every rule says what it makes of it. */
export function CheckTab({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const address = useAddress();
  const asked = askedIn(address.query);
  const { explanation, problem, isAsking } = useExplanation(key, asked);
  const test = (values: Asked): void => navigate(withQuery(address, values), { replace: true });
  return (
    <div class="sections">
      <p class="section-lead">{t.key.check.lead}</p>
      <CheckForm key={JSON.stringify(asked)} asked={asked} of={key} isBusy={isAsking} onTest={test} />
      {problem && <ProblemNotice problem={problem} />}
      {!explanation && !problem && <Skeleton label={t.common.loading} />}
      {explanation && !problem && <Verdict of={explanation} />}
    </div>
  );
}

function useExplanation(key: KeyRecord, asked: Asked) {
  const [answer, setAnswer] = useState<{ explanation?: Explanation; problem?: Problem }>({});
  const [isAsking, setAsking] = useState(true);
  const body = JSON.stringify(bodyOf(asked));
  useEffect(() => {
    const abort = new AbortController();
    setAsking(true);
    const wish = { method: 'POST', body: JSON.parse(body) as unknown, signal: abort.signal } as const;
    call<Explanation>(keyPath(key.id, '/explain'), wish)
      .then((explanation) => setAnswer({ explanation }))
      .catch((problem: unknown) => {
        if (problem instanceof Problem) setAnswer({ problem });
      })
      .finally(() => setAsking(false));
    return () => abort.abort();
  }, [key.id, key.version, body]);
  return { ...answer, isAsking };
}

function bodyOf({ audience, ip, method, referer, require, at, url }: Asked): object {
  const day = at ? new Date(at) : undefined;
  const given = { audience, clientIp: ip, method, referer, require };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    ...(url && { inUrl: true }),
    ...(day && !Number.isNaN(day.getTime()) && { at: day.toISOString() }),
  };
}

interface FormProps {
  readonly asked: Asked;
  readonly of: KeyRecord;
  readonly isBusy: boolean;
  readonly onTest: (asked: Asked) => void;
}

function CheckForm({ asked, of, isBusy, onTest }: FormProps) {
  const { t } = useTexts();
  const { check: words } = t.key;
  const [typed, setTyped] = useState(asked);
  const services = useServices(of, typed.audience);
  const set = (name: Name) => (value: string) => setTyped((before) => ({ ...before, [name]: value.trim() }));
  const submit = (event: Event): void => {
    event.preventDefault();
    onTest(typed);
  };
  const text = (name: 'ip' | 'referer' | 'require', label: string, hint: string) => (
    <Field label={label} hint={hint}>
      {(tied) => <TextInput {...tied} spellcheck={false} value={typed[name]} onText={set(name)} />}
    </Field>
  );
  return (
    <form class="check-form" onSubmit={submit}>
      <Field label={words.audience}>
        {(tied) => (
          <Select<string> {...tied} value={typed.audience} options={services} onValue={set('audience')} />
        )}
      </Field>
      <Field label={words.method}>
        {(tied) => (
          <Select<string>
            {...tied}
            value={typed.method}
            options={[['', words.anyMethod], ...METHODS.map((method) => [method, method] as const)]}
            onValue={set('method')}
          />
        )}
      </Field>
      {text('ip', words.ip, words.ipHint)}
      {text('referer', words.referer, words.refererHint)}
      {text('require', words.require, words.requireHint)}
      <Field label={words.at} hint={words.atHint}>
        {(tied) => <TextInput {...tied} type="datetime-local" value={typed.at} onText={set('at')} />}
      </Field>
      <Check checked={typed.url === '1'} onChecked={(checked) => set('url')(checked ? '1' : '')}>
        {words.url}
      </Check>
      <Button type="submit" look="primary" disabled={isBusy}>
        {words.test}
      </Button>
    </form>
  );
}

/** Those of the catalogue and of the key, and whatever the address names. */
function useServices(key: KeyRecord, chosen: string): (readonly [string, string])[] {
  const { t } = useTexts();
  const all = useTitles(key);
  if (chosen && !all.has(chosen)) all.set(chosen, chosen);
  return [['', t.key.check.anyAudience], ...all];
}
