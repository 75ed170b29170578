import { expect, it } from 'vitest';
import { accentStyle, contrast } from './accent.js';

const colours = (style: string) =>
  [...style.matchAll(/#(\w\w)(\w\w)(\w\w)/g)].map(
    ([, ...parts]) => parts.map((part) => parseInt(part, 16)) as never,
  );

it.each(['#3a4fd8', '#ffff00', '#ffffff', '#000000', '#00aa77', '#ff0000', '#808080', '#FFD700'])(
  'makes %s readable on light and dark grounds alike',
  (accent) => {
    const [onLight, onDark] = colours(accentStyle(accent));
    expect(contrast(onLight!, [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(onDark!, [29, 33, 41])).toBeGreaterThanOrEqual(4.5);
  },
);

it('leaves a colour that is readable as it is', () => {
  expect(accentStyle('#3a4fd8')).toContain('--brand:#3a4fd8;');
});
