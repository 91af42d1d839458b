/** What each device on a board said last, for a technician who tests it: the board is read in its own turn. */
export interface Answers {
  note(device: string, works: boolean, words: string): void
  last(device: string): { works: boolean; said: string[] }
}

/** An answer older than this is none, milliseconds. */
const freshMs = 150_000

export function createAnswers(now: () => number = () => performance.now()): Answers {
  const answers = new Map<string, { at: number; works: boolean; words: string }>()
  return {
    note: (device, works, words) => void answers.set(device, { at: now(), works, words }),
    last(device) {
      const answer = answers.get(device)
      if (!answer) return { works: false, said: ['Its board has not said anything yet.'] }
      const age = now() - answer.at
      const said = [answer.words, `That was ${Math.round(age / 1000)} s ago.`]
      return { works: answer.works && age < freshMs, said }
    },
  }
}
