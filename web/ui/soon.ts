const DAY_MS = 86_400_000;

/** A key that has fewer days left ends soon; the server counts them alike. */
export const SOON_DAYS = 14;

export const isSoon = (at: string): boolean => Date.parse(at) - Date.now() < SOON_DAYS * DAY_MS;
