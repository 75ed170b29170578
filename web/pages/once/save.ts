import type { SnippetFile } from '../../snippets/snippet.js';

/** Saves a file that is nowhere but in memory, and forgets it. */
export function save({ name, type, text }: SnippetFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 1000);
}
