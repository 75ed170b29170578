interface Held {
  readonly enabled: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

const SHARE = 0.2;
const FEW = 10;

/** Had something, and is gone or has nothing now. Being disabled there is Keycloak's explicit word, and not meant. */
export function losesEverything(before: Held, after: Held): boolean {
  const has = ({ roles, groups }: Held): boolean => roles.length > 0 || groups.length > 0;
  return before.enabled && has(before) && !has(after);
}

/** So many at once are rather a mistake in Keycloak, or in what we may see of it, than meant. */
export function isMassChange(losers: number, owners: number): boolean {
  return losers > FEW && losers > owners * SHARE;
}
