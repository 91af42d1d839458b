/** Macro-averaged F1: the mean over the classes of 2·TP / (2·TP + FP + FN). */
export function macroF1(pairs: { truth: string; said: string }[]): number {
  const classes = [...new Set(pairs.map(({ truth }) => truth))]
  const scores = classes.map((name) => {
    const hits = pairs.filter(({ truth, said }) => truth === name && said === name).length
    const wrong = pairs.filter(({ truth, said }) => (truth === name) !== (said === name)).length
    return (2 * hits) / (2 * hits + wrong)
  })
  return scores.reduce((sum, score) => sum + score, 0) / classes.length
}
