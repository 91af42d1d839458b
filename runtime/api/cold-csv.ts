/** The log of a cabinet as CSV. */
import { stringify } from 'csv-stringify/sync'
import type { ColdLog } from './cold-log.ts'

/** Records, gaps and what happened, in the order of time. Always °C, as stated in the heads. */
export function coldCsv(cabinet: { id: string }, limit: number, log: ColdLog, local: (time: number) => string): string {
  const figure = (celsius: number | undefined) => (celsius === undefined ? '' : celsius.toFixed(2))
  const lines = [
    ...log.rows.map((row) => ({
      at: row.from,
      cells: [
        'record',
        local(row.from),
        local(row.to),
        row.samples,
        row.expected,
        ...[row.lowest, row.mean, row.highest, row.product, limit].map(figure),
        row.highest !== undefined && row.highest > limit ? 'yes' : row.highest === undefined ? '' : 'no',
        row.note ?? '',
      ],
    })),
    ...log.gaps.map(({ from, to, reason }) => ({
      at: from,
      cells: ['gap', local(from), local(to), '', '', '', '', '', '', figure(limit), '', reason],
    })),
    ...log.marks.map(({ at, what, text, celsius }) => ({
      at,
      cells: [what, local(at), local(at), '', '', '', figure(celsius), '', '', figure(limit), '', text],
    })),
  ].toSorted((a, b) => a.at - b.at)
  const head = ['what', 'from', 'to', 'minutes measured', 'minutes', 'lowest °C', 'mean °C', 'highest °C']
  const columns = [...head, 'product °C', 'limit °C', 'over the limit', 'note']
  return stringify([['cabinet', ...columns], ...lines.map(({ cells }) => [cabinet.id, ...cells])], {
    record_delimiter: '\r\n',
    bom: true,
    escape_formulas: true,
  })
}
