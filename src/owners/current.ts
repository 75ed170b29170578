/** The one rule of how long rights count that nobody confirms: instants in milliseconds since 1970, null: never. */
export const isTooOld = (rightsReadAt: number | null, now: number, maxStalenessSeconds: number): boolean =>
  rightsReadAt === null || now - rightsReadAt > maxStalenessSeconds * 1000;
