import { useEffect, useState } from 'preact/hooks'
import type { IconName } from './icons.tsx'

export interface Place {
  id: IconName
  name: string
}

/** Where one can go, in the order of how often somebody goes there. */
export const places: { title: string; places: Place[] }[] = [
  {
    title: 'The floor',
    places: [
      { id: 'floor', name: 'Floor plan' },
      { id: 'screens', name: 'Screens' },
      { id: 'playlists', name: 'Playlists' },
      { id: 'cold', name: 'Cold' },
      { id: 'staff', name: 'Staff' },
      { id: 'tasks', name: 'Tasks' },
      { id: 'people', name: 'People' },
    ],
  },
  {
    title: 'The goods',
    places: [
      { id: 'products', name: 'Products' },
      { id: 'shelves', name: 'Shelves' },
      { id: 'cabinets', name: 'Cabinets' },
      { id: 'orders', name: 'Orders' },
    ],
  },
  {
    title: 'The box',
    places: [
      { id: 'plugins', name: 'What runs' },
      { id: 'devices', name: 'Devices' },
      { id: 'heard', name: 'What is heard' },
      { id: 'events', name: 'Events' },
      { id: 'flows', name: 'Flows' },
    ],
  },
  {
    title: 'Set up',
    places: [
      { id: 'media', name: 'Media' },
      { id: 'shop', name: 'Shop file' },
      { id: 'access', name: 'Access' },
      { id: 'twin', name: 'Virtual shop' },
    ],
  },
]

export interface Route {
  place: IconName
  /** What is open there: an event, a screen. */
  item: string | undefined
}

const read = (): Route => {
  const [place, ...item] = location.hash.replace(/^#\/?/, '').split('/')
  const known = places.flatMap((group) => group.places).find(({ id }) => id === place)
  return { place: known?.id ?? 'floor', item: item.length > 0 ? decodeURIComponent(item.join('/')) : undefined }
}

export const href = (place: IconName, item?: string): string =>
  item === undefined ? `#/${place}` : `#/${place}/${encodeURIComponent(item)}`

export function useRoute(): Route {
  const [route, setRoute] = useState(read)
  useEffect(() => {
    const change = () => setRoute(read())
    addEventListener('hashchange', change)
    return () => removeEventListener('hashchange', change)
  }, [])
  return route
}
