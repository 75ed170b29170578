/**
 * Empties an array of rows whose contents were taken over. V8 learns to make the driver's arrays where only its large
 * collections look; until one comes, all rows of all of them would stay in memory: 60 MiB for 100,000 rows read in parts.
 */
export function letGo(rows: unknown[]): void {
  rows.length = 0;
}
