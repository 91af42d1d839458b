/** The last 24 hours of a cabinet: air with its spread, product, limit; gaps stay empty and are shaded. */
import { useEffect, useMemo, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { inUnit, type TemperatureUnit } from '../../../contract/units.ts'
import { hourAndMinute } from '../../shared/time.ts'
import { Fault } from '../../shared/ui.tsx'
import { useQuery } from '../data.ts'

interface Row {
  from: string
  to: string
  lowest?: number
  mean?: number
  highest?: number
  product?: number
  note?: string
}
interface Log {
  /** Since when it is recorded at all. */
  began?: string
  rows: Row[]
  gaps: { from: string; to: string; reason: string }[]
  marks: { at: string; what: string; text: string }[]
}

const HEIGHT = 190
const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3600
const seconds = (instant: string) => Date.parse(instant) / 1000

/** One value a row, and none between rows that are apart, so that no line is drawn over a gap. */
function seriesOf(log: Log, limit: number, unit: TemperatureUnit): uPlot.AlignedData {
  const times: number[] = []
  const air: (number | null)[] = []
  const low: (number | null)[] = []
  const high: (number | null)[] = []
  const product: (number | null)[] = []
  const add = (time: number, row?: Row) => {
    const show = (celsius: number | undefined) => (celsius === undefined ? null : inUnit(celsius, unit))
    times.push(time)
    air.push(show(row?.mean))
    low.push(show(row?.lowest))
    high.push(show(row?.highest))
    product.push(show(row?.product))
  }
  let until = 0
  for (const row of log.rows) {
    const from = seconds(row.from)
    if (until > 0 && from - until > 90) add(until + 1)
    until = seconds(row.to)
    add((from + until) / 2, row)
  }
  return [times, low, high, air, product, times.map(() => inUnit(limit, unit))]
}

export function ColdChart({
  cabinet,
  limitCelsius,
  unit,
}: {
  cabinet: string
  limitCelsius: number
  unit: TemperatureUnit
}) {
  const log = useQuery<Log>(`/cabinets/${encodeURIComponent(cabinet)}/log`, 60)
  const place = useRef<HTMLDivElement>(null)
  const data = useMemo(() => log.data && seriesOf(log.data, limitCelsius, unit), [log.data, limitCelsius, unit])

  useEffect(() => {
    const element = place.current
    if (!element || !data || !log.data) return undefined
    const plot = new uPlot(options(element, log.data, limitCelsius, unit), data, element)
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      plot.destroy()
    }
  }, [data, limitCelsius, unit])

  if (log.error && !log.data) return <Fault error={log.error} />
  const { rows = [], gaps = [], began } = log.data ?? {}
  const young = began !== undefined && Date.now() / 1000 - seconds(began) < DAY_SECONDS
  const highest = Math.max(...rows.map((row) => row.highest ?? Number.NEGATIVE_INFINITY))
  const sign = unit === 'fahrenheit' ? '°F' : '°C'
  const summary = Number.isFinite(highest)
    ? `${young ? 'Since the first record' : 'Last 24 hours'}: warmest air ${inUnit(highest, unit).toFixed(1)} ${sign}, ${gaps.length - (young ? 1 : 0)} gaps`
    : 'Nothing recorded in the last 24 hours'
  return (
    <figure class="cold__chart">
      {log.data && began === undefined && (
        <p class="cold__began quiet">Nothing recorded yet: the first record is written within five minutes.</p>
      )}
      {began !== undefined && young && (
        <p class="cold__began quiet">
          Recording began at {hourAndMinute(Date.parse(began))}, so there is nothing before.
        </p>
      )}
      <div ref={place} role="img" aria-label={summary} />
      <figcaption class="cold__legend quiet">
        <span class="cold__key cold__key--air">Air</span>
        <span class="cold__key cold__key--product">Product</span>
        <span class="cold__key cold__key--limit">Limit</span>
        <span class="cold__key cold__key--door">Door or defrost</span>
        <span class="cold__key cold__key--gap">Not recorded</span>
      </figcaption>
    </figure>
  )
}

function options(element: HTMLElement, log: Log, limitCelsius: number, unit: TemperatureUnit): uPlot.Options {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis = { stroke: colour('--ink-soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  const now = Date.now() / 1000
  const limit = inUnit(limitCelsius, unit)
  // A new box shows what there is, not a day in which it was not there; at least an hour, so that it does not race.
  const begun = log.began === undefined ? now : seconds(log.began)
  const from = Math.max(now - DAY_SECONDS, Math.min(begun, now - HOUR_SECONDS))
  const gaps = log.gaps.filter(({ to }) => seconds(to) > begun + 60)
  const sign = unit === 'fahrenheit' ? '°F' : '°C'
  return {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: true, range: () => [from, now] },
      y: { range: (_plot, low, high) => [Math.min(low ?? limit, limit) - 1, Math.max(high ?? limit, limit) + 1] },
    },
    axes: [
      { ...axis, space: 60, values: '{HH}:{mm}' },
      { ...axis, size: 58, values: (_plot, ticks) => ticks.map((tick) => `${tick} ${sign}`) },
    ],
    bands: [{ series: [2, 1], fill: `${colour('--accent')}33` }],
    series: [
      {},
      { stroke: 'transparent', points: { show: false } },
      { stroke: 'transparent', points: { show: false } },
      { stroke: colour('--accent'), width: 2, points: { show: false } },
      { stroke: colour('--marigold'), width: 2, points: { show: false } },
      { stroke: colour('--bad'), width: 1.5, dash: [6, 4], points: { show: false } },
    ],
    hooks: {
      drawClear: [
        (plot) => {
          shade(plot, gaps, colour('--line'))
          const noted = log.rows.filter(({ note }) => note?.includes('defrost') || note?.includes('door'))
          shade(plot, noted, `${colour('--marigold')}40`)
        },
      ],
    },
  }
}

function shade(plot: uPlot, spans: readonly { from: string; to: string }[], colour: string) {
  const { left, width, top, height } = plot.bbox
  plot.ctx.save()
  plot.ctx.fillStyle = colour
  for (const { from, to } of spans) {
    const begin = Math.max(left, plot.valToPos(seconds(from), 'x', true))
    const end = Math.min(left + width, plot.valToPos(seconds(to), 'x', true))
    if (end > begin) plot.ctx.fillRect(begin, top, end - begin, height)
  }
  plot.ctx.restore()
}
