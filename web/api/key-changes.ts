import { useEffect } from 'preact/hooks';

const NAME = 'apikm-keys-changed';

/** Whoever shows keys reads them anew. */
export const announceKeyChange = (): void => void window.dispatchEvent(new Event(NAME));

export function useKeyChanges(reload: () => void): void {
  useEffect(() => {
    window.addEventListener(NAME, reload);
    return () => window.removeEventListener(NAME, reload);
  }, [reload]);
}
