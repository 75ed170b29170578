import type { CreatedKey } from '../api/types.js';

/** A key that was just made, and what for; in this variable and nowhere else. */
export interface FreshKey {
  readonly created: CreatedKey;
  /** A tool to begin with. */
  readonly purpose: string;
}

let fresh: FreshKey | undefined;

/** For the page that shows it, whose address is /keys/<id>/once. */
export const keepFreshKey = (key: FreshKey): void => {
  fresh = key;
};

export const freshKey = (id: string): FreshKey | undefined => (fresh?.created.id === id ? fresh : undefined);

export const forgetFreshKey = (): void => {
  fresh = undefined;
};

// The browser may keep the page as it is, to come back to it.
window.addEventListener('pagehide', forgetFreshKey);
