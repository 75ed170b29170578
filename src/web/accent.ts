/** What a text needs against its ground (WCAG 2.2, 1.4.3), and a little more for grounds that are not quite white. */
const CONTRAST = 4.8;
const WHITE: Colour = [255, 255, 255];
/** The lightest ground of the dark theme. */
const DARK_GROUND: Colour = [32, 36, 45];

type Colour = readonly [red: number, green: number, blue: number];

/** One colour as both themes need it: dark enough to carry white text, and light enough to be read on a dark ground. */
export function accentStyle(hex: string): string {
  const accent = read(hex);
  const onLight = towards(accent, [0, 0, 0], (colour) => contrast(colour, WHITE) >= CONTRAST);
  const onDark = towards(accent, WHITE, (colour) => contrast(colour, DARK_GROUND) >= CONTRAST + 1);
  return `:root{--brand:${write(onLight)};--brand-on-dark:${write(onDark)}}\n`;
}

const read = (hex: string): Colour => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as never;
const write = (colour: Colour): string =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

function towards(from: Colour, to: Colour, isEnough: (colour: Colour) => boolean): Colour {
  const steps = Array.from({ length: 51 }, (_, step) =>
    from.map((part, i) => part + ((to[i]! - part) * step) / 50),
  );
  return steps.map((colour) => colour as never as Colour).find(isEnough) ?? to;
}

/** WCAG 2.2: 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
