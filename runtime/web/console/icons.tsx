/** Icons of the console, drawn on one grid with one stroke. */
const paths = {
  floor: 'M3 4h18v16H3zM3 10h7M14 4v8M14 16v4M10 10v4',
  screens: 'M3 4h18v12H3zM8 20h8M12 16v4',
  playlists: 'M3 6h11M3 11h11M3 16h7M14 14v6l5-3z',
  staff: 'M5 21v-2a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v2M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM10 17h4',
  tasks: 'M4 5h16v15H4zM9 3v4M15 3v4M8 13l3 3 5-6',
  people: 'M12 20s-7.5-4.6-7.5-10A4.4 4.4 0 0 1 12 7a4.4 4.4 0 0 1 7.5 3c0 5.4-7.5 10-7.5 10z',
  products: 'M4 4h9l7 8-8 8-8-8zM8.5 8.5h.01',
  shelves: 'M4 3v18M20 3v18M4 9h16M4 15h16M4 21h16M8 6v3M12 6v3M8 12v3M15 18v3',
  cabinets: 'M6 3h12v18H6zM6 10h12M9 6v1.5M9 13v3',
  orders: 'M4 5h2l2 11h10l2-8H7M10 20h.01M17 20h.01',
  plugins: 'M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3',
  devices: 'M9 4a3 3 0 0 1 6 0v9a5 5 0 1 1-6 0zM12 9v7M12 17.5h.01M18 5h3M18 9h3',
  heard:
    'M12 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2zM8 8a6 6 0 0 0 0 8M16 8a6 6 0 0 1 0 8M5 5a10 10 0 0 0 0 14M19 5a10 10 0 0 1 0 14',
  events: 'M4 6h3M4 12h3M4 18h3M11 6h9M11 12h9M11 18h6',
  flows: 'M3 5h6v5H3zM15 14h6v5h-6zM9 7.5h3.5v9H15',
  cold: 'M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9M9.5 4.5L12 7l2.5-2.5M9.5 19.5L12 17l2.5 2.5',
  media: 'M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 5M15.5 9.5h.01',
  shop: 'M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h5',
  access: 'M14.5 13.5a5 5 0 1 0-4-4L3 17v4h4v-3h3v-3z',
  twin: 'M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M7.5 15h9',
  more: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
} as const

export type IconName = keyof typeof paths

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
)
