import type { KeyRecord } from '../../api/types.js';
import { useAddress } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { ButtonLink } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import { isSoon } from '../../ui/soon.js';
import { actAddress, keyAddress } from './key-address.js';
import { OldKeyNotice } from './old-key-notice.js';

const endsSoon = ({ state, expiresAt, replacedBy }: KeyRecord): boolean =>
  state === 'live' && !replacedBy && expiresAt !== null && isSoon(expiresAt);

/** What its owner should know before it surprises somebody. */
export function KeyNotices({ of: key }: { of: KeyRecord }) {
  const { t, f } = useTexts();
  const { notices } = t.key;
  return (
    <>
      {key.usedAfterEndAt && (
        <Notice tone="bad">
          <p>{notices.usedAfterEnd(f.relative(key.usedAfterEndAt))}</p>
        </Notice>
      )}
      {key.state !== 'revoked' && key.state !== 'expired' && <OfLiveKey of={key} />}
      {key.replacedBy && <Replaced by={key.replacedBy} />}
      {key.replacedBy && <OldKeyNotice id={key.id} />}
      {key.replaces && <OldKeyNotice id={key.replaces} isElsewhere />}
    </>
  );
}

function OfLiveKey({ of: key }: { of: KeyRecord }) {
  const { t, f } = useTexts();
  const { query } = useAddress();
  const { notices, actions } = t.key;
  const rotate = (
    <ButtonLink small to={actAddress(key.id, 'rotate', query)}>
      {actions.rotate}
    </ButtonLink>
  );
  return (
    <>
      {endsSoon(key) && (
        <Notice tone="warn" icon="clock" action={rotate}>
          <p>{notices.ends(f.relative(key.expiresAt!))}</p>
        </Notice>
      )}
      {key.disablesUnusedAt && key.state === 'live' && (
        <Notice tone="warn" icon="clock">
          <p>{notices.unused(f.day(key.disablesUnusedAt))}</p>
        </Notice>
      )}
      {key.rights.lost.length > 0 && (
        <Notice tone="warn">
          <p>{notices.lost(key.rights.lost)}</p>
        </Notice>
      )}
    </>
  );
}

function Replaced({ by }: { by: string }) {
  const { t } = useTexts();
  const { query } = useAddress();
  const show = (
    <ButtonLink small to={keyAddress(by, query)}>
      {t.key.notices.showNew}
    </ButtonLink>
  );
  return (
    <Notice tone="accent" icon="rotate" action={show}>
      <p>{t.key.notices.replaced}</p>
    </Notice>
  );
}
