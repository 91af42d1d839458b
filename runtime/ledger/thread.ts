import { Worker } from 'node:worker_threads'
import { EndcapError } from '../contract/index.ts'
import type { Answered, Asked, ReplyMessage, RequestMessage, RequestName } from './protocol.ts'

export interface Thread {
  /**
   * Rejects with ENDCAP_DISK_FULL where there is no room for it, with ENDCAP_LEDGER_BROKEN where the file cannot be read
   * or written for another reason, or the thread is gone.
   */
  ask<N extends RequestName>(name: N, asked: Asked<N>): Promise<Answered<N>>
  /** Resolves when the thread is over. Closes the file only where `close` was asked before. */
  ended: Promise<void>
}

/** Starts the worker; resolves when the file is open. Throws ENDCAP_LEDGER_BROKEN. */
export async function startThread(file: string): Promise<Thread> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { file },
    execArgv: [],
    name: 'ledger',
  })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const broken = (reason: string) => new EndcapError('ENDCAP_LEDGER_BROKEN', { file, reason })
  let numbers = 0
  let gone: string | undefined

  const expect = (number: number) => new Promise<unknown>((resolve, reject) => waiting.set(number, { resolve, reject }))

  worker.on('message', (message: ReplyMessage) => {
    const asker = waiting.get(message.number)
    waiting.delete(message.number)
    if ('failed' in message)
      asker?.reject(
        message.full ? new EndcapError('ENDCAP_DISK_FULL', { what: 'what is new' }) : broken(message.failed),
      )
    else asker?.resolve(message.value)
  })
  worker.on('error', (error) => {
    gone = error instanceof Error ? error.message : String(error)
  })
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      gone ??= 'it is closed'
      for (const { reject } of waiting.values()) reject(broken(gone))
      waiting.clear()
      resolve()
    })
  })

  await expect(0)
  return {
    ended,
    ask<N extends RequestName>(name: N, asked: Asked<N>) {
      if (gone !== undefined) return Promise.reject(broken(gone))
      const message: RequestMessage = { number: ++numbers, name, asked }
      const answer = expect(message.number) as Promise<Answered<N>>
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(message)
      return answer
    },
  }
}
