import type { KeyRecord } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { ButtonLink } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';

/** What somebody should know of keys before it surprises them. */
export function KeyNotices({ keys }: { keys: readonly KeyRecord[] }) {
  const { t } = useTexts();
  const { notices } = t.keys;
  const lost = keys.filter(({ state, rights }) => state === 'live' && rights.lost.length > 0);
  const forgotten = keys.filter(({ usedAfterEndAt }) => usedAfterEndAt !== null);
  const show = ({ id }: KeyRecord) => (
    <ButtonLink small to={`/keys/${id}`}>
      {notices.show}
    </ButtonLink>
  );
  return (
    <>
      {forgotten.slice(0, 3).map((key) => (
        <Notice key={key.id} tone="warn" action={show(key)}>
          <p>{notices.usedAfterEnd(key.name || t.keys.unnamed)}</p>
        </Notice>
      ))}
      {lost.length > 0 && (
        <Notice tone="warn" action={lost.length === 1 && show(lost[0]!)}>
          <p>{notices.lost(lost.length)}</p>
        </Notice>
      )}
    </>
  );
}
