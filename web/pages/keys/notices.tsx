import type { ComponentChildren } from 'preact';
import type { KeyRecord } from '../../api/types.js';
import { useAddress } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { ButtonLink, Link } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import { keyAddress } from '../key/key-address.js';

/** What somebody should know of keys before it surprises them. @param keys those that are shown: of others nothing is said */
export function KeyNotices({ keys }: { keys: readonly KeyRecord[] }) {
  const { t } = useTexts();
  const { notices } = t.keys;
  const lost = keys.filter(({ state, rights }) => state === 'live' && rights.lost.length > 0);
  const forgotten = keys.filter(({ usedAfterEndAt }) => usedAfterEndAt !== null);
  const [first] = forgotten;
  return (
    <>
      {first && (
        <NoticeOf keys={forgotten}>
          {forgotten.length === 1
            ? notices.usedAfterEnd(first.name || t.keys.unnamed)
            : notices.manyUsedAfterEnd(forgotten.length)}
        </NoticeOf>
      )}
      {lost.length > 0 && <NoticeOf keys={lost}>{notices.lost(lost.length)}</NoticeOf>}
    </>
  );
}

/** With the way to each of the keys. */
function NoticeOf({ keys, children }: { keys: readonly KeyRecord[]; children: ComponentChildren }) {
  const { t } = useTexts();
  const { query } = useAddress();
  const { show, which } = t.keys.notices;
  if (keys.length === 1)
    return (
      <Notice
        tone="warn"
        action={
          <ButtonLink small to={keyAddress(keys[0]!.id, query)}>
            {show}
          </ButtonLink>
        }
      >
        <p>{children}</p>
      </Notice>
    );
  return (
    <Notice tone="warn">
      <p>{children}</p>
      <details class="notice-keys">
        <summary>{which}</summary>
        <ul>
          {keys.map(({ id, name }) => (
            <li key={id}>
              <Link to={keyAddress(id, query)}>{name || t.keys.unnamed}</Link>
            </li>
          ))}
        </ul>
      </details>
    </Notice>
  );
}
