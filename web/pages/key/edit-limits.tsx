import { useResource } from '../../api/resource.js';
import { useMe } from '../../app/session.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Enforced } from '../../ui/enforced.js';
import { Check, Field, FieldGroup, TextArea, TextInput } from '../../ui/field.js';
import type { Draft } from './edit-draft.js';
import type { RefusalList } from './types.js';
import type { Editing } from './use-edit.js';
import { keyPath } from './use-key.js';

/** What may only be narrowed. */
export function EditRights({ of: editing }: { of: Editing }) {
  const { t } = useTexts();
  const { edit: words } = t.key;
  const { base } = editing;
  const me = useMe();
  const title = (audience: string): string =>
    base.services?.find((service) => service.audience === audience)?.title ?? audience;
  return (
    <fieldset class="edit-part">
      <Choice
        of={editing}
        name="roles"
        legend={words.roles}
        all={base.roles ?? me.roles}
        hint={words.rolesHint}
      />
      {base.audiences && (
        <Choice of={editing} name="audiences" legend={words.services} all={base.audiences} titleOf={title} />
      )}
      {base.scopes && <Choice of={editing} name="scopes" legend={words.scopes} all={base.scopes} />}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly of: Editing;
  readonly name: 'roles' | 'audiences' | 'scopes';
  readonly legend: string;
  readonly hint?: string;
  readonly all: readonly string[];
  readonly titleOf?: (one: string) => string;
}

function Choice({ of: { base, draft, set, wrong }, name, legend, hint, all, titleOf }: ChoiceProps) {
  if (all.length === 0) return null;
  const chosen = draft[name] ?? all;
  const toggle = (one: string, isChosen: boolean): void => {
    const next = all.filter((other) => (other === one ? isChosen : chosen.includes(other)));
    // All of those that one has, also those to come, is as it was.
    const isAsBefore = base[name] === null && next.length === all.length;
    set({ [name]: isAsBefore ? null : next } as Partial<Draft>);
  };
  return (
    <FieldGroup legend={legend} hint={hint} error={wrong[name]} class="edit-choices">
      {all.map((one) => (
        <Check key={one} checked={chosen.includes(one)} onChecked={(isChosen) => toggle(one, isChosen)}>
          {titleOf?.(one) ?? <code>{one}</code>}
        </Check>
      ))}
    </FieldGroup>
  );
}

/** What to write, and on a line of its own who can hold the key to it. */
function Hint({ who, children }: { who: string | undefined; children: string }) {
  return (
    <>
      <span class="hint-line">{children}</span>
      {who && <Enforced>{who}</Enforced>}
    </>
  );
}

/** What may change either way. */
export function EditLimits({ of: { base, draft, set, wrong, policy } }: { of: Editing }) {
  const { t } = useTexts();
  const { edit: words, limits } = t.key;
  const area = (name: 'allowedIps' | 'allowedReferers', label: string, hint: string) => (
    <Field label={label} optional error={wrong[name]} hint={<Hint who={limits.who[name]}>{hint}</Hint>}>
      {(tied) => (
        <TextArea
          {...tied}
          class="input textarea input-code"
          rows={2}
          spellcheck={false}
          value={draft[name]}
          onText={(text) => set({ [name]: text } as Partial<Draft>)}
        />
      )}
    </Field>
  );
  const line = (name: 'allowedMethods' | 'rateLimit', label: string, hint: string) => (
    <Field label={label} optional error={wrong[name]} hint={<Hint who={limits.who[name]}>{hint}</Hint>}>
      {(tied) => (
        <TextInput
          {...tied}
          spellcheck={false}
          value={draft[name]}
          onText={(text) => set({ [name]: text } as Partial<Draft>)}
        />
      )}
    </Field>
  );
  return (
    <fieldset class="edit-part">
      {area('allowedIps', words.networks, words.networksHint)}
      <Networks of={{ base, draft, set, policy }} />
      {area('allowedReferers', words.pages, words.pagesHint)}
      {line('allowedMethods', words.methods, words.methodsHint)}
      {line('rateLimit', words.rate, words.rateHint)}
      <Check
        checked={draft.allowKeyInUrl}
        hint={words.inUrlHint}
        onChecked={(allowKeyInUrl) => set({ allowKeyInUrl })}
      >
        {words.inUrl}
      </Check>
    </fieldset>
  );
}

/** Those that somebody may want to add: one's own, and from where the key was used in vain lately. */
function Networks({
  of: { base, draft, set, policy },
}: {
  of: Pick<Editing, 'base' | 'draft' | 'set' | 'policy'>;
}) {
  const { t } = useTexts();
  const { edit: words } = t.key;
  const ip = policy?.clientIp;
  const has = (network: string): boolean => draft.allowedIps.split(/[\s,]+/).includes(network);
  const add = (network: string): void => set({ allowedIps: `${draft.allowedIps.trim()}\n${network}`.trim() });
  const refused = useRefusedNetworks(base.id).filter((network) => !has(network));
  return (
    <div class="edit-networks">
      {ip && !has(ip) && (
        <Button small icon="plus" onClick={() => add(ip)}>
          {words.addMine(ip)}
        </Button>
      )}
      {refused.map((network) => (
        <Button key={network} small icon="plus" onClick={() => add(network)}>
          {words.addRefused(network)}
        </Button>
      ))}
    </div>
  );
}

const MOST_OFFERED = 3;

function useRefusedNetworks(id: string): readonly string[] {
  const { data } = useResource<RefusalList>(keyPath(id, '/refusals'));
  const networks = (data?.items ?? []).flatMap(({ code, network }) =>
    code === 'IP_NOT_ALLOWED' && network ? [network] : [],
  );
  return [...new Set(networks)].slice(0, MOST_OFFERED);
}
