import { h, options, render } from 'preact';
import type { ContainerNode } from 'preact';
import { vi } from 'vitest';

interface Hooked<Props, T> {
  /** What it gave last. */
  readonly now: () => T;
  readonly use: (props: Props) => void;
}

/** Runs a hook of the pages in a component without a document, which draws nothing. */
export function hooked<Props extends object, T>(hook: (props: Props) => T, props: Props): Hooked<Props, T> {
  // Effects come at once: there is no next frame to wait for.
  options.requestAnimationFrame = (run) => queueMicrotask(run as () => void);
  const nothing = { childNodes: [], firstChild: null, insertBefore: () => undefined };
  let last: T;
  const Using = (given: Props): null => {
    last = hook(given);
    return null;
  };
  const use = (given: Props): void => render(h(Using, given), nothing as unknown as ContainerNode);
  use(props);
  return { now: () => last, use };
}

/** Stands in for the server: each request is answered when the test says so. */
export function heldRequests() {
  const waiting: { path: string; answer: (response: Response) => void }[] = [];
  vi.stubGlobal('document', { baseURI: 'https://keys.example.org/' });
  vi.stubGlobal('fetch', (url: URL, { signal }: RequestInit) => {
    return new Promise<Response>((answer, refuse) => {
      signal?.addEventListener('abort', () => refuse(signal.reason));
      waiting.push({ path: url.pathname + url.search, answer });
    });
  });
  return {
    /** @param body of 200, or the status of a failure */
    answer: async (path: string, body: object | number): Promise<void> => {
      const held = await vi.waitUntil(() => waiting.findLast((one) => one.path === path));
      waiting.splice(waiting.indexOf(held), 1);
      held.answer(typeof body === 'number' ? new Response('{}', { status: body }) : Response.json(body));
    },
  };
}
