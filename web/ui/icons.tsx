/** Drawn on a grid of 20 by 20, as lines. */
const PATHS = {
  alert: 'M10 3.2 2.4 16.4h15.2zM10 8v3.6M10 14v.1',
  arrowRight: 'M4 10h12m-4.5-4.5L16 10l-4.5 4.5',
  ban: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM5.2 5.2l9.6 9.6',
  book: 'M10 5.2C8.4 4 6 3.6 3 3.8v11.4c3-.2 5.4.2 7 1.4 1.6-1.2 4-1.6 7-1.4V3.8c-3-.2-5.4.2-7 1.4Zm0 0v11.4',
  check: 'm4 10.5 4 4 8-9',
  chevronDown: 'm5.5 8 4.5 4.5L14.5 8',
  chevronLeft: 'M12 5.5 7.5 10l4.5 4.5',
  chevronRight: 'M8 5.5 12.5 10 8 14.5',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4l2.6 1.8',
  close: 'm5 5 10 10M15 5 5 15',
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
  download: 'M10 3.5v9m-3.8-3.6L10 12.7l3.8-3.8M3.5 16.5h13',
  duplicate: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7M11.7 9.4v4.7M9.4 11.7h4.7',
  eye: 'M2 10s2.8-5 8-5 8 5 8 5-2.8 5-8 5-8-5-8-5Zm8 2.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z',
  eyeOff:
    'm3.5 3.5 13 13M8.3 5.2A8 8 0 0 1 10 5c5.2 0 8 5 8 5a13 13 0 0 1-2.6 3M12.2 14.7A8 8 0 0 1 10 15c-5.2 0-8-5-8-5a12.6 12.6 0 0 1 3.5-3.7',
  filter: 'M3.5 5.5h13M6 10h8M8.5 14.5h3',
  globe:
    'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM3 10h14M10 3c2 2 2.8 4.4 2.8 7S12 15 10 17c-2-2-2.8-4.4-2.8-7S8 5 10 3Z',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.5V13.5M10 6.6v.1',
  key: 'M7.3 16.2a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM9.8 10.2 16.5 3.5M14 6l2.2 2.2M11.8 8.2l1.6 1.6',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l1-1',
  logOut: 'M8 3.5H4v13h4M8.5 10H17m-3.2-3.2L17 10l-3.2 3.2',
  map: 'M7.5 4.5 3 6v10.5l4.5-1.5 5 1.5L17 15V4.5L12.5 6zM7.5 4.5V15M12.5 6v10.5',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  monitor: 'M3 4h14v9.5H3zM7 16.5h6M10 13.5v3',
  moon: 'M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7Z',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  notebook: 'M5 3.5h11v13H5zM8.5 3.5v13M3 7h3.5M3 10h3.5M3 13h3.5',
  pause: 'M7.5 5v10M12.5 5v10',
  play: 'M6.5 4.5v11l9-5.5z',
  plus: 'M10 4v12M4 10h12',
  refresh: 'M16.5 10a6.5 6.5 0 1 1-1.9-4.6L16.5 7.3M16.5 3.5v3.8h-3.8',
  robot: 'M4.5 7.5h11v8h-11zM10 7.5v-3M7.5 11.3v.4M12.5 11.3v.4M2.5 10.5v3M17.5 10.5v3',
  rotate: 'M3.5 8.5A6.7 6.7 0 0 1 16 7.3M16.5 3.5v4h-4M16.5 11.5A6.7 6.7 0 0 1 4 12.7M3.5 16.5v-4h4',
  search: 'M9 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM13.5 13.5 17 17',
  settings:
    'M3.5 6h7.5M15 6h1.5M3.5 14H5M9 14h7.5M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  shield: 'M10 3 4 5v5c0 3.5 2.5 5.9 6 7 3.5-1.1 6-3.5 6-7V5z',
  sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1',
  terminal: 'M3 4h14v12H3zM6 8l2.5 2L6 12M10 12.5h4',
  user: 'M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10ZM3.8 16.8c.6-2.9 3-4.5 6.2-4.5s5.6 1.6 6.2 4.5',
  workflow: 'M3.5 3.5h5v5h-5zM11.5 11.5h5v5h-5zM6 8.5V14h5.5',
} as const;

export type IconName = keyof typeof PATHS;

/** Never the only word for anything: it is hidden from whoever listens. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  const weight = name === 'more' ? 2.4 : 1.5;
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width={weight}
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
