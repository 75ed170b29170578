import type { KeyRecord } from '../../api/types.js';
import { useAddress } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Time } from '../../ui/time.js';
import { keyAddress } from './key-address.js';

export function AboutSection({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const { query } = useAddress();
  const { about: words } = t.key;
  const relatives = [
    [words.replaces, key.replaces],
    [words.replacedBy, key.replacedBy],
  ] as const;
  return (
    <section class="section">
      <h3>{words.title}</h3>
      <dl class="facts">
        <dt>{words.id}</dt>
        <dd>
          <code>{key.id}</code> <CopyButton small look="quiet" label={words.copyId} text={() => key.id} />
        </dd>
        <dt>{words.created}</dt>
        <dd>
          <Time at={key.createdAt} absolute />
        </dd>
        <dt>{words.ends}</dt>
        <dd>{key.expiresAt ? <Time at={key.expiresAt} absolute /> : t.keys.noEnd}</dd>
        {relatives.map(
          ([name, id]) =>
            id && (
              <>
                <dt key={name}>{name}</dt>
                <dd>
                  <Link to={keyAddress(id, query)}>
                    <code>{id}</code>
                  </Link>
                </dd>
              </>
            ),
        )}
      </dl>
      {Object.keys(key.config).length > 0 && (
        <>
          <p class="section-lead">{words.config}</p>
          <pre class="json" tabIndex={0}>
            {JSON.stringify(key.config, undefined, 2)}
          </pre>
        </>
      )}
    </section>
  );
}
