import { useRef } from 'preact/hooks';
import { KeysPage } from '../keys/keys-page.js';
import type { Act } from './acts.js';
import { KeyActDialog } from './key-act.js';
import { KeyDrawer } from './key-drawer.js';
import { RevokeAllDialog } from './revoke-all-dialog.js';

interface Places {
  readonly id?: string;
  /** What is about to be done to it. */
  readonly act?: Act;
  /** All of them are about to be ended. */
  readonly isEndingAll?: boolean;
}

/** One's keys, and over them the one that the address names. */
export function KeysWithKey({ id, act, isEndingAll }: Places) {
  // A dialog lies over what was there when it was asked for: the key's page, or the list alone.
  const opened = useRef<string>();
  if (!act) opened.current = id;
  const isOpen = id !== undefined && opened.current === id;
  return (
    <>
      <KeysPage />
      {isOpen && <KeyDrawer key={id} id={id} />}
      {isEndingAll && <RevokeAllDialog />}
      {id && act && <KeyActDialog key={`${id} ${act}`} id={id} act={act} />}
    </>
  );
}
