import { carriersOf, wayOf } from './access.js';
import type { Carrier, DeploymentNames } from './access.js';
import { addressOf } from './addresses.js';
import { CHECK, FOR_ANY_KIND, RECIPES } from './recipes.js';
import { render } from './render.js';
import type { Snippet, SnippetsAsked } from './snippet.js';
import type { Recipe } from './tools.js';

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
