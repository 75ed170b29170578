import { useCallback, useState } from 'preact/hooks';
import type { KeyRecord } from '../../api/types.js';
import { useLeaveGuard } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Confirm, Dialog } from '../../ui/dialog.js';

interface KeyOnceProps {
  readonly made: { readonly key: string; readonly record: KeyRecord };
  readonly onDone: () => void;
}

/** A new key, shown this once; it leaves the memory with this dialog. */
export function KeyOnce({ made: { key }, onDone }: KeyOnceProps) {
  const { t } = useTexts();
  const { once: words, rotate } = t.key;
  const [isShown, setShown] = useState(false);
  const [isCopied, setCopied] = useState(false);
  const [ask, setAsk] = useState<{ readonly leave: () => void }>();
  const guard = useCallback((leave: () => void) => setAsk({ leave }), []);
  useLeaveGuard(isCopied ? undefined : guard);
  const close = (): void => (isCopied ? onDone() : setAsk({ leave: onDone }));
  const foot = (
    <Button look={isCopied ? 'primary' : 'plain'} onClick={close}>
      {words.done}
    </Button>
  );
  return (
    <>
      <Dialog title={rotate.done} onClose={close} foot={foot} mustDecide>
        <p>{words.lead}</p>
        <div class="once">
          <output class="once-key" aria-label={words.label}>
            {isShown ? key : '•'.repeat(24)}
          </output>
          <Button look="quiet" small icon={isShown ? 'eyeOff' : 'eye'} onClick={() => setShown(!isShown)}>
            {isShown ? words.hide : words.show}
          </Button>
        </div>
        <CopyButton look="primary" autofocus text={() => key} onCopied={() => setCopied(true)} />
      </Dialog>
      {ask && (
        <Confirm
          title={words.leaveTitle}
          yes={words.leave}
          no={words.stay}
          danger
          onYes={ask.leave}
          onNo={() => setAsk(undefined)}
        >
          <p>{words.leaveText}</p>
        </Confirm>
      )}
    </>
  );
}
