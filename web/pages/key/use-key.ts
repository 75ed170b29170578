import { useMemo } from 'preact/hooks';
import { call } from '../../api/call.js';
import { announceKeyChange, useKeyChanges } from '../../api/key-changes.js';
import { queryOf } from '../../api/call.js';
import { useResource } from '../../api/resource.js';
import type { Resource } from '../../api/resource.js';
import type { KeyRecord } from '../../api/types.js';
import type { KeyEdit, KeyUsage } from './types.js';

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const keyPath = (id: string, part = ''): string => `v1/keys/${encodeURIComponent(id)}${part}`;

export function useKey(id: string): Resource<KeyRecord> {
  const key = useResource<KeyRecord>(keyPath(id));
  useKeyChanges(key.reload);
  return key;
}

const HOUR_MS = 3_600_000;

/** How a key was used in the last hours. @param id undefined: nothing is read */
export function useLately(id: string | undefined, hours: number): Resource<KeyUsage> {
  const path = useMemo(() => {
    if (id === undefined) return undefined;
    const from = new Date(Date.now() - hours * HOUR_MS).toISOString();
    const step = hours > 48 ? 'day' : 'hour';
    return keyPath(id, `/usage${queryOf({ from, step, tz: zone() })}`);
  }, [id, hours]);
  return useResource<KeyUsage>(path);
}

/** Changes a key, unless somebody else has meanwhile. @throws Problem CHANGED_MEANWHILE */
export async function changeKey({ id, version }: KeyRecord, body: KeyEdit): Promise<KeyRecord> {
  const headers = { 'If-Match': String(version) };
  const key = await call<KeyRecord>(keyPath(id), { method: 'PATCH', headers, body });
  announceKeyChange();
  return key;
}

/** @throws Problem */
export async function actOn<T>(id: string, act: string, body: unknown, more = {}): Promise<T> {
  const answer = await call<T>(keyPath(id, `/${act}`), { method: 'POST', body, headers: more });
  announceKeyChange();
  return answer;
}
