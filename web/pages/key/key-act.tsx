import type { ComponentChildren } from 'preact';
import type { KeyRecord } from '../../api/types.js';
import { goBack, useAddress } from '../../app/address.js';
import { NotFound } from '../../app/not-found.js';
import { keyAddress } from './key-address.js';
import type { Act } from './key-address.js';
import { ACTS } from './key-address.js';
import { DisableDialog } from './disable-dialog.js';
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
export function KeyActDialog({ id, act }: { id: string; act: string }) {
  const { query } = useAddress();
  const { data: key } = useKey(id);
  const known = ACTS.find((one) => one === act);
  if (!known) return <NotFound />;
  if (!key) return null;
  const Asks = DIALOGS[known];
  return <Asks of={key} onClose={() => goBack(keyAddress(id, query))} />;
}
