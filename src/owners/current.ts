/** The one rule of how long rights count that nobody confirms: instants in milliseconds since 1970, null: never. */
export const isTooOld = (rightsReadAt: number | null, now: number, maxStalenessSeconds: number): boolean =>
  rightsReadAt === null || now - rightsReadAt > maxStalenessSeconds * 1000;

/** Keycloak names those of its clients so, after the client. */
export const isServiceAccount = ({ login }: { readonly login: string | null }): boolean =>
  login?.startsWith('service-account-') ?? false;
