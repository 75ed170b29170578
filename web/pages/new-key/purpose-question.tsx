import { useTexts } from '../../texts/texts.js';
import { FieldGroup } from '../../ui/field.js';
import { Icon } from '../../ui/icons.js';
import type { IconName } from '../../ui/icons.js';
import { PURPOSES } from './draft.js';
import type { Purpose } from './draft.js';

const ICONS: Readonly<Record<Purpose, IconName>> = {
  qgis: 'map',
  scripts: 'terminal',
  notebook: 'notebook',
  ci: 'workflow',
  webmap: 'globe',
  agent: 'robot',
  other: 'key',
};

interface PurposeProps {
  readonly value: Purpose | '';
  /** How many of the services' scopes it chooses. */
  readonly scopes: number;
  readonly onChoose: (purpose: Purpose) => void;
}

/** The first question: what follows from the answer is said in words, and can be changed below. */
export function PurposeQuestion({ value, scopes, onChoose }: PurposeProps) {
  const { t } = useTexts();
  const { purposes, purpose, reads } = t.newKey;
  return (
    <FieldGroup class="question" legend={<h2>{purpose}</h2>}>
      <div class="choices">
        {PURPOSES.map((name) => (
          <label key={name} class="choice">
            <input
              type="radio"
              name="purpose"
              checked={value === name}
              onChange={() => onChoose(name)}
              aria-describedby={value === name ? 'purpose-says' : undefined}
            />
            <Icon name={ICONS[name]} size={20} />
            <span>{purposes[name].name}</span>
          </label>
        ))}
      </div>
      {value && (
        <p class="purpose-says" id="purpose-says" role="status">
          <Icon name="info" size={16} />
          <span>
            {purposes[value].says} {scopes > 0 && reads}
          </span>
        </p>
      )}
    </FieldGroup>
  );
}
