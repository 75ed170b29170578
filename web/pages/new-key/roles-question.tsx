import { useState } from 'preact/hooks';
import { useMe } from '../../app/session.js';
import { useTexts } from '../../texts/texts.js';
import { Check, FieldGroup, TextInput } from '../../ui/field.js';
import type { Draft } from './draft.js';
import { toggled } from './toggled.js';

interface RolesProps {
  readonly draft: Draft;
  readonly error: string | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** With so many a search is a help. */
const MANY = 8;

/** As which of one's roles the key acts; it never has one that its owner lacks. */
export function RolesQuestion({ draft, error, onChange }: RolesProps) {
  const { t } = useTexts();
  const { roles } = useMe();
  const [search, setSearch] = useState('');
  const { roles: words } = t.newKey;
  if (!roles.length) return null;
  const found = roles.filter((role) => role.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <FieldGroup legend={words.label} error={error} hint={words.enforced}>
      <div data-field="roles">
        <Check
          radio="roles"
          checked={!draft.onlyRoles}
          onChecked={() => onChange({ onlyRoles: false })}
          hint={words.allHint}
        >
          {words.all}
        </Check>
        <Check radio="roles" checked={draft.onlyRoles} onChecked={() => onChange({ onlyRoles: true })}>
          {words.some}
        </Check>
      </div>
      {draft.onlyRoles && (
        <div class="nested">
          {roles.length > MANY && (
            <TextInput
              type="search"
              aria-label={words.search}
              placeholder={words.search}
              value={search}
              onText={setSearch}
            />
          )}
          <div class="role-boxes">
            {found.map((role) => (
              <Check
                key={role}
                checked={draft.roles.includes(role)}
                onChecked={(isChosen) => onChange({ roles: toggled(draft.roles, role, isChosen) })}
              >
                {role}
              </Check>
            ))}
          </div>
          <p class="field-hint" role="status">
            {words.chosen(draft.roles.length, roles.length)}
          </p>
        </div>
      )}
    </FieldGroup>
  );
}
