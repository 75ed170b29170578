import { useTexts } from '../../texts/texts.js';
import { ButtonLink, Link } from '../../ui/button.js';
import { Icon } from '../../ui/icons.js';
import type { IconName } from '../../ui/icons.js';

const TOOLS: readonly (readonly ['qgis' | 'gdal' | 'python', string, IconName])[] = [
  ['qgis', 'qgis', 'map'],
  ['gdal', 'scripts', 'terminal'],
  ['python', 'notebook', 'notebook'],
];

/** For whoever has no key yet: what one is, and where to begin. */
export function FirstKey() {
  const { t } = useTexts();
  const { empty, create } = t.keys;
  return (
    <section class="first-key">
      <span class="empty-icon">
        <Icon name="key" size={28} />
      </span>
      <h2>{empty.title}</h2>
      <p>{empty.text}</p>
      <ButtonLink look="primary" icon="plus" class="button-large" to="/new">
        {create}
      </ButtonLink>
      <p class="first-key-or">{empty.connect}</p>
      <ul class="first-key-tools">
        {TOOLS.map(([name, purpose, icon]) => (
          <li key={name}>
            <Link class="tool-card" to={`/new?for=${purpose}`}>
              <Icon name={icon} size={22} />
              <span>{empty[name]}</span>
              <Icon name="arrowRight" size={16} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
