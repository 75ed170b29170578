import type { ComponentChildren } from 'preact';
import type { KeyRecord } from '../../api/types.js';
import { goBack, useAddress } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Dialog } from '../../ui/dialog.js';
import { DisableDialog } from './disable-dialog.js';
import { keyAddress, listAddress } from './key-address.js';
import type { Act } from './acts.js';
import { Missing } from './missing.js';
import { RenewDialog } from './renew-dialog.js';
import { RevokeDialog } from './revoke-dialog.js';
import { RotateDialog } from './rotate-dialog.js';
import { useKey } from './use-key.js';

export interface ActProps {
  readonly of: KeyRecord;
  readonly onClose: () => void;
}

const DIALOGS: Readonly<Record<Act, (props: ActProps) => ComponentChildren>> = {
  rotate: RotateDialog,
  revoke: RevokeDialog,
  disable: DisableDialog,
  renew: RenewDialog,
};

/** What the address says is about to be done to a key. */
export function KeyActDialog({ id, act }: { id: string; act: Act }) {
  const { t } = useTexts();
  const { query } = useAddress();
  const { data: key, problem, reload } = useKey(id);
  const Asks = DIALOGS[act];
  if (key) return <Asks of={key} onClose={() => goBack(keyAddress(id, query))} />;
  if (!problem) return null;
  return (
    <Dialog title={t.keys.columns.key} onClose={() => goBack(listAddress(query))}>
      <Missing problem={problem} onAgain={reload} />
    </Dialog>
  );
}
