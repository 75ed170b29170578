const DEEPEST = 5;

/** The messages of an error and of what caused it, outermost first: `fetch failed: connect ECONNREFUSED …`. */
export function causesOf(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at !== undefined && at !== null && messages.length < DEEPEST;) {
    const text = messageOf(at);
    if (text && !messages.at(-1)?.includes(text)) messages.push(text);
    at = at instanceof Error ? at.cause : undefined;
  }
  return messages.join(': ');
}

/** Node reports that every address of a name failed as an error without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message)
    return error.errors.map((one: unknown) => messageOf(one)).join(', ');
  if (!(error instanceof Error)) return String(error);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}
