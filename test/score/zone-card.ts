import { rounded } from '../support/figure.ts'
import type { Comparison } from './zone-places.ts'

const shown = (value: number | undefined): string => (value === undefined ? '–' : String(rounded(value)))

const ahead = ({ model, belief = Number.NaN, better }: Comparison): boolean =>
  better === 'higher' ? model > belief : model < belief

/** Ahead by more than chance among the walks would give. */
const clearly = (one: Comparison): boolean =>
  ahead(one) && Math.abs(one.model - (one.belief ?? 0)) > (one.uncertainty ?? 0)

/** The issue's rule: what is not ahead everywhere does not take the filter's place. */
function verdict(accuracy: Comparison[]): string {
  if (accuracy.every(clearly)) return 'It is clearly ahead of the filter everywhere.'
  const leads = accuracy.filter(ahead)
  return `${accuracy.filter(clearly).length} of its ${leads.length} leads are beyond chance (± is two standard errors over the walks), it is behind
elsewhere, and it changes its mind more often: \`presence\` keeps its filter.`
}

/** The card's words, from the figures alone. */
export function cardOf(comparisons: Comparison[]): string {
  const accuracy = comparisons.filter(({ unit }) => unit === 'share' || unit === 'macro-F1')
  const wins = accuracy.filter(ahead)
  const losses = accuracy.filter((one) => !ahead(one))
  const told = (list: Comparison[]) =>
    list
      .map(
        (one) =>
          `${one.name} by ${shown(Math.abs(one.model - (one.belief ?? 0)))}${one.uncertainty === undefined ? '' : ` ± ${shown(one.uncertainty)}`}`,
      )
      .join(', ')
      .replace(/^$/, 'nowhere')
  return `
Which zone a tag is in, from what several receivers heard of it in the last 20 s. For each zone of the plan, \`evidence.ts\`
makes one row of numbers: how well the signals fit that zone, tried with different patience and trust, and where the tag would
be. The net scores each row; softmax over the zones gives their probabilities. Neither knows any shop, so the net serves every plan.

Trained in random shops alone (\`random-shop.ts\`). No recording below and not the virtual shop was used for its weights: every
place and every tag is unseen. But the make of the random shops was settled in seven tries with these figures in view: the length of the
window, how rough the air is, and how much tags lie still where zones alone were recorded. That makes them a
little better than the next place will be; the filter's settings were chosen on the same recordings, over more tries.

Most probable zone, the same question asked of both:

- ahead of the filter: ${told(wins)}
- behind it: ${told(losses)}

${verdict(accuracy)}

| measured on | unit | model | filter, most probable | filter, as told | reference | n |
|---|---|---|---|---|---|---|
${comparisons.map((one) => `| ${one.name} | ${one.unit} | ${shown(one.model)} | ${shown(one.belief)} | ${shown(one.filter)} | ${shown(one.reference)} | ${one.n} |`).join('\n')}

*Filter* is the engine of \`presence\` with its default settings, given the same packets up to the same moment; *as told* is the zone
that it tells, which waits on purpose, so that it changes seldom. References: weighted 5-NN over 3 s (ours, from the same points) for
walks; QDA over 10 rows for the vestibule. Flicker counts changes beyond the true ones. *n* counts
moments, walks for latency and flicker. The virtual shop is looked at every 2 s, so its latencies are no finer.

## What it cannot do

- It remembers 20 s. A tag that lies still for minutes is better told by a filter that remembers.
- With few receivers, or with one, it is no better than what it is given.
- The filter's wait for certainty is not in it: whoever acts on it should ask for a confidence, or hold.
- It was measured on one real floor with several receivers, and one real door. Other shops may differ.
`
}
