import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ApiError, asApiError, get, json } from '../shared/api.ts'
import { textOf } from '../shared/form.ts'
import type { Health, Session } from '../shared/types.ts'
import { Fault, Mark, TwinBanner } from '../shared/ui.tsx'

/** A link that was cut in the middle of an escape is still shown to the box, which refuses it with a remedy. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const takeSecret = (): string => {
  const secret = decoded(location.hash.slice(1))
  // Neither the history nor a shared screenshot may keep it.
  if (secret) history.replaceState(null, '', location.pathname)
  return secret
}

function enter(next: string): void {
  if (next === location.pathname) location.reload()
  else location.replace(next)
}

function SignIn() {
  const [secret, setSecret] = useState(takeSecret)
  const [state, setState] = useState<'looking' | 'asking' | 'needed'>('looking')
  const [error, setError] = useState<ApiError>()
  const [twin, setTwin] = useState(false)

  const present = async (value: string) => {
    setState('asking')
    setError(undefined)
    try {
      enter((await json<{ next: string }>('POST', '/session', { body: { secret: value } })).next)
    } catch (thrown) {
      setError(asApiError(thrown))
      setState('needed')
    }
  }
  const seeWhoIsThere = async () => {
    try {
      enter((await get<Session>('/session')).next)
    } catch (thrown) {
      const failure = asApiError(thrown)
      if (failure.status === 0) setError(failure)
      setState('needed')
    }
  }
  useEffect(() => {
    get<Health>('/health').then(
      (health) => setTwin(health.twin),
      () => undefined,
    )
    if (secret) void present(secret)
    else void seeWhoIsThere()
    const again = () => location.hash.length > 1 && location.reload()
    addEventListener('hashchange', again)
    return () => removeEventListener('hashchange', again)
  }, [])

  const paste = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const value = textOf(form, 'link')
    const pasted = value.includes('#') ? decoded(value.slice(value.indexOf('#') + 1)) : value
    setSecret(pasted)
    void present(pasted)
  }

  return (
    <>
      <TwinBanner twin={twin} />
      <main class="door">
        <div class="door__sign">
          <Mark />
          <p class="door__name">Endcap</p>
          <div class="door__shelf" />
        </div>
        {state === 'needed' ? (
          <div class="door__words">
            <h1>{error && error.status > 0 ? 'That link does not open' : 'You need a link to come in'}</h1>
            {error && (
              <Fault error={error}>
                {error.status === 0 && secret && (
                  <button class="button button--small" type="button" onClick={() => void present(secret)}>
                    Try again
                  </button>
                )}
              </Fault>
            )}
            <ul class="door__ways">
              <li>
                <strong>You look after this box</strong>
                <span>
                  Run <code class="code">endcap sign-in</code> on it. It prints a link that opens the console once.
                </span>
              </li>
              <li>
                <strong>This is a screen or a staff device</strong>
                <span>The manager issues its link on the console, as an address and as a QR code.</span>
              </li>
            </ul>
            <form class="door__form" onSubmit={paste}>
              <label class="field">
                <span>Have a link at hand? Paste it here</span>
                <input class="input code" name="link" required autoComplete="off" spellcheck={false} />
              </label>
              <button class="button button--main" type="submit">
                Come in
              </button>
            </form>
          </div>
        ) : (
          <div class="door__words" role="status">
            <h1>{state === 'asking' ? 'Opening …' : 'One moment …'}</h1>
          </div>
        )}
      </main>
    </>
  )
}

const root = document.getElementById('app')
if (root) render(<SignIn />, root)
