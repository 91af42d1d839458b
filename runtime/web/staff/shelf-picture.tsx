/** A shelf seen from the front, with one slot filled: shelves are counted from the top, slots from the left. */
export function ShelfPicture({ slot }: { slot: string }) {
  const [, shelf, place] = slot.split('/').map(Number)
  if (!shelf || !place || shelf > 12 || place > 40) return null
  const shelves = Math.max(4, shelf)
  const places = Math.max(5, place)
  const width = 60 / places
  const height = 44 / shelves
  return (
    <svg class="shelf" viewBox="0 0 64 48" role="img" aria-label={`shelf ${shelf}, place ${place}`}>
      <path class="shelf__frame" d="M2 1v46M62 1v46" />
      {Array.from({ length: shelves }, (_, index) => (
        <path key={index} class="shelf__board" d={`M2 ${2 + (index + 1) * height}h60`} />
      ))}
      <rect
        class="shelf__slot"
        x={2 + (place - 1) * width}
        y={2 + (shelf - 1) * height + height * 0.25}
        width={width}
        height={height * 0.75}
      />
    </svg>
  )
}
