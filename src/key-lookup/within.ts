export class Impatience extends Error {}

/** The work goes on after that, for whoever asks next. @throws Impatience */
export function within<T>(patienceMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const impatience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Impatience('the database takes too long')), patienceMs);
  });
  return Promise.race([work, impatience]).finally(() => clearTimeout(timer));
}
