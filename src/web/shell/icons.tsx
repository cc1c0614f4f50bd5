/** Line drawings of 24 units, in the colour of the text beside them, which says the same: they are hidden from readers. */
const drawings = {
  overview: 'M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z',
  live: 'M3 12h4l3-8 4 16 3-8h4',
  reports: 'M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6',
  campaigns: 'M4 10v4l3 .5L9 20h2.5L10 15l9 3V6L7 9.5z',
  affiliates:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 20c0-3.5 2.7-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c1.9.9 3 3 3 5.5',
  advertisers: 'M4 10l1.5-6h13L20 10M4 10v10h16V10M4 10h16M9.5 20v-6h5v6',
  links: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17',
  integration: 'M8 4v5M16 4v5M6 9h12v3a6 6 0 0 1-12 0zM12 18v3',
  parked: 'M4 7h16M5 7v12h14V7M4 7l2-3h12l2 3M9.5 11.5h5',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5',
  system: 'M4 5h16v6H4zM4 13h16v6H4zM8 8h.01M8 16h.01',
  explorer: 'M9 8l-4 4 4 4M15 8l4 4-4 4',
  menu: 'M4 7h16M4 12h16M4 17h16',
  signOut: 'M14 4H5v16h9M10 12h11M18 9l3 3-3 3',
  light:
    'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M18.4 5.6l-1.1 1.1M6.7 17.3l-1.1 1.1',
  dark: 'M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5',
  auto: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  table: 'M4 5h16v14H4zM4 10h16M10 10v9',
  chart: 'M4 19l5-7 4 4 7-10',
} as const

export type IconName = keyof typeof drawings

export const Icon = ({ name, size }: { name: IconName; size?: number }) => <Drawing path={drawings[name]} size={size} />

/** The same for what only one view shows: it brings its own path. */
export const Drawing = ({ path, size = 18 }: { path: string; size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.75"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={path} />
  </svg>
)
