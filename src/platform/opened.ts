/**
 * The same parts, of which the first is made before they are given: what fails until then is still an answer of its own,
 * and not one that breaks off.
 */
export async function opened<T>(parts: AsyncGenerator<T, void>): Promise<AsyncGenerator<T, void>> {
  const first = await parts.next();
  return first.done ? parts : from(first.value, parts);
}

async function* from<T>(first: T, rest: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  yield first;
  yield* rest;
}
