import type { ChildProcess } from 'node:child_process';

/** A connection, as Node hands it over. */
interface Handle {
  close(): void;
}

/**
 * Sees to it that connections end that were handed to a worker which died before it took them: Node forgets them, open,
 * and their callers would wait for ever. On each port one at a time is on its way to a worker, so of those that are
 * known here all but the last are taken; closing one that is taken, or was given to another worker, does nothing.
 */
export function closeUntaken(child: ChildProcess): void {
  const latest = new Map<string, Handle>();
  const send = child.send as (message: unknown, handle?: unknown, ...rest: unknown[]) => boolean;
  child.send = (message: unknown, handle?: unknown, ...rest: unknown[]): boolean => {
    const { key } = message as { key?: unknown };
    if (typeof key === 'string' && isHandle(handle)) latest.set(key, handle);
    return send.call(child, message, handle, ...rest);
  };
  child.once('close', () => latest.forEach((handle) => handle.close()));
}

const isHandle = (value: unknown): value is Handle =>
  typeof (value as { close?: unknown } | undefined)?.close === 'function';
