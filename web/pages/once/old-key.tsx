import { useResource } from '../../api/resource.js';
import type { KeyRecord } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { ButtonLink } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';

/** Until when the key goes on that the new one has replaced. */
export function OldKey({ id }: { id: string }) {
  const { t, f } = useTexts();
  const { old: words } = t.once;
  const { data: old } = useResource<KeyRecord>(`v1/keys/${encodeURIComponent(id)}`);
  if (!old) return null;
  const goesOn = old.state === 'live' && old.expiresAt !== null;
  const show = (
    <ButtonLink small to={`/keys/${id}`}>
      {t.key.notices.showOld}
    </ButtonLink>
  );
  return (
    <Notice tone="accent" icon="clock" action={show}>
      <p>{goesOn ? words.goesOn(old.name || t.keys.unnamed, f.end(old.expiresAt!)) : words.isOver}</p>
    </Notice>
  );
}
