/** The warning that stands above everything on every screen, until somebody gives the all-clear. */
import { randomBytes } from 'node:crypto'
import type { CommandAnswer, CommandCall, CommandParams, Content } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { refusePersonal } from './personal.ts'
import type { Emergency, Emit } from './types.ts'

const kind = 'sign-emergency'
const id = 'now'

export interface EmergencyDependencies {
  ledger: Ledger
  emit: Emit
  now(): number
  /** Tells every player at once, before anything is written. */
  show(): void
  /** How many there are to warn. */
  count(): { screens: number; players: number }
}

export const emergencyContent = ({ title, text }: Pick<Emergency, 'title' | 'text'>): Content => ({
  layout: 'message',
  tone: 'alert',
  transition: 'cut',
  title,
  ...(text === undefined ? {} : { text }),
})

export async function createEmergency({ ledger, emit, now, show, count }: EmergencyDependencies) {
  let current = await ledger.documents.get<Emergency>(kind, id)

  /**
   * Resolves after COMMIT: who gave the alarm may rely on it, over a power cut too. Rejects where the disk is full: then
   * it stands all the same, and is written when there is room.
   */
  const record = async (told: Emergency, active: boolean, by: string) => {
    const { emergency, title } = told
    await Promise.all([
      ledger.documents.keep(kind, id, active ? told : undefined),
      ledger.audit.keep({
        time: now(),
        actor: by,
        action: active ? 'sign.emergency' : 'sign.all-clear',
        subject: 'shop',
        detail: { emergency, title },
      }),
      emit(
        'shop',
        { type: 'sign.emergency', subject: 'shop', data: { emergency, active, title, by } },
        { commit: true },
      ),
    ])
  }
  return {
    current: () => current,
    async raise(call: CommandCall): Promise<CommandAnswer<'sign.emergency'>> {
      const { title, text } = call.params as CommandParams<'sign.emergency'>
      refusePersonal({ title, ...(text === undefined ? {} : { text }) }, call.to)
      const by = call.source.slice(0, 80)
      const emergency = `e-${randomBytes(6).toString('hex')}`
      const told = { emergency, title, ...(text === undefined ? {} : { text }), since: now(), by }
      current = told
      show()
      await record(told, true, by)
      return { emergency, ...count() }
    },
    async clear(call: CommandCall): Promise<CommandAnswer<'sign.all-clear'>> {
      const ended = current
      if (!ended) return { ended: false }
      current = undefined
      show()
      await record(ended, false, call.source.slice(0, 80))
      return { ended: true }
    },
  }
}
