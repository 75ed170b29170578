export const toggled = (items: readonly string[], item: string, isChosen: boolean): string[] =>
  isChosen ? [...items, item] : items.filter((one) => one !== item);
