import { carriersOf, wayOf } from './access.js';
import type { Carrier, DeploymentNames, ServiceForSnippets } from './access.js';
import { addressOf } from './addresses.js';
import type { Language } from './quote.js';
import { CHECK, FOR_ANY_KIND, RECIPES } from './recipes.js';
import type { Recipe } from './recipes.js';
import { render } from './render.js';
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

/**
 * Texts to paste, with this key and this deployment's addresses, in the order in which they are to be shown.
 * @throws RangeError for what is no key: one is letters, digits, _ and -, and stands in any language as it is
 */
export function snippetsFor(asked: SnippetsAsked): readonly Snippet[] {
  if (!/^[\w-]+$/.test(asked.key)) throw new RangeError('a key is letters, digits, _ and -');
  const { service, names } = asked;
  const carriers = carriersOf(service);
  const recipes = service?.kind ? RECIPES[service.kind] : FOR_ANY_KIND;
  const snippets = recipes.flatMap((recipe) => {
    const carrier = carrierFor(recipe, carriers, names);
    return carrier ? [render(recipe, carrier, asked, addressOf(recipe.target, service))] : [];
  });
  const check = render(CHECK, 'header', asked, { url: names.verifyUrl, examples: [] });
  // It works at once, where the others want an address first.
  return service?.url ? [...snippets, check] : [check, ...snippets];
}

/** The first that the tool can do, out of those that the service takes. */
function carrierFor(
  { ways, file }: Recipe,
  carriers: readonly Carrier[],
  { header }: DeploymentNames,
): Carrier | undefined {
  // In QGIS's file the header's name is the name of an attribute.
  const fits = (carrier: Carrier): boolean =>
    carrier !== 'header' || file?.language !== 'xml' || /^[a-z_][\w.-]*$/i.test(header);
  for (const group of ways) {
    const found = carriers.find((carrier) => group.includes(wayOf(carrier)) && fits(carrier));
    if (found) return found;
  }
  return undefined;
}
