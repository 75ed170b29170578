/** Why a request was not answered as asked, as the server's problem+json tells it. */
export class Problem extends Error {
  constructor(
    /** 0: no answer came. */
    readonly status: number,
    /** A stable upper-case word. */
    readonly code: string,
    /** The server's sentence, in English. */
    readonly detail: string,
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

interface Wish {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

let onLoginEnded: (problem: Problem) => void = () => undefined;
/** The one place that is told when an answer says that nobody is logged in any more. */
export const whenLoginEnds = (tell: (problem: Problem) => void): void => {
  onLoginEnded = tell;
};

/** @param path of our own, such as `v1/keys` @throws Problem */
export async function call<T>(
  path: string,
  { method = 'GET', body, headers, signal }: Wish = {},
): Promise<T> {
  const json = { ...headers, Accept: 'application/json', 'Content-Type': 'application/json' };
  const init = { method, signal, headers: json, body: body === undefined ? undefined : JSON.stringify(body) };
  // Without a leading slash: what stands in front of all our paths is in <base>.
  const response = await fetch(new URL(path, document.baseURI), init).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'NO_ANSWER', '');
  });
  if (response.ok) return (await response.json()) as T;
  const problem = await problemOf(response);
  if (problem.status === 401) onLoginEnded(problem);
  throw problem;
}

async function problemOf(response: Response): Promise<Problem> {
  const told = (await response.json().catch(() => ({}))) as { code?: string; detail?: unknown };
  const detail = typeof told.detail === 'string' ? told.detail : '';
  return new Problem(response.status, told.code ?? `HTTP_${response.status}`, detail);
}

/** A query of what is given; nothing of what is undefined or ''. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length ? `?${query.toString()}` : '';
}
