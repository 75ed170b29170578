import { useResource } from '../../api/resource.js';
import type { KeyRecord, Service } from '../../api/types.js';

/** What services are called, by audience: those of the catalogue and of the key. */
export function useTitles({ services }: KeyRecord): Map<string, string> {
  const { data } = useResource<{ items: readonly Service[] }>('v1/services');
  const all = [...(data?.items ?? []), ...(services ?? [])];
  return new Map(all.map(({ audience, title }) => [audience, title ?? audience]));
}
