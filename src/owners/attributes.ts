type Attributes = Readonly<Record<string, readonly string[]>>;

/** The attributes of these names; one that the owner lacks is null. */
export function namedAttributes(
  { attributes }: { readonly attributes: Attributes },
  names: readonly string[],
): Record<string, string[] | null> {
  const entries = names.map((name) => [name, Object.hasOwn(attributes, name) ? attributes[name]! : null]);
  return Object.fromEntries(entries) as Record<string, string[] | null>;
}

/** A key's config overlaid by its owner's attributes: the identity provider wins. */
export const overlaidConfig = (
  config: Readonly<Record<string, unknown>>,
  owner: { readonly attributes: Attributes },
  names: readonly string[],
): Record<string, unknown> => ({ ...config, ...namedAttributes(owner, names) });
