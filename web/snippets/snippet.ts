import type { DeploymentNames, ServiceForSnippets } from './access.js';
import type { Language } from './quote.js';
import type { SnippetWords, TitleWord } from './words.js';

export interface Snippet {
  /** Of this one alone in a list, such as gdal-environment. */
  readonly id: string;
  readonly tool: TitleWord;
  /** The tool in words, and the way of using it: the names of a tab, and of a part of it. */
  readonly title: string;
  readonly form: string;
  readonly language: Language;
  readonly text: string;
  /** To download. Its name is one that any file system takes. */
  readonly file?: SnippetFile;
  /** What may go wrong with it, in words. */
  readonly warning?: string;
  /** What it needs, in words. */
  readonly note?: string;
  /** Parts of the text that a person has to replace. */
  readonly examples: readonly string[];
}

export interface SnippetFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export interface SnippetsAsked {
  /** As the server made it. */
  readonly key: string;
  /** null: none is named; the snippets speak of https://data.example.org then. */
  readonly service: ServiceForSnippets | null;
  readonly names: DeploymentNames;
  readonly words: SnippetWords;
}
