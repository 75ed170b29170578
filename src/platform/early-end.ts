/**
 * A signal that comes before the program knows what to bring to an end ends it at once. Process 1 of a container would
 * otherwise not notice it, go on starting, and be killed when the time to end is over.
 * @returns what gives the signals back, for those who end in order
 */
export function endEarlyAt(signals: readonly NodeJS.Signals[]): () => void {
  const end = (): never => process.exit(0);
  for (const signal of signals) process.once(signal, end);
  return () => signals.forEach((signal) => process.off(signal, end));
}
