/**
 * The device's own notifications, for while its bearer looks at something else. They stand on a locked screen, where
 * anybody reads them: never the name of a customer. What is seen to elsewhere takes its notification with it.
 */
import type { Alert } from '../shared/types.ts'

/** `ask`: only a tap on a button may. `never`: the bearer said no, which only the browser's settings change. */
export type Permission = 'cannot' | 'ask' | 'granted' | 'never'

export function permission(): Permission {
  if (!('Notification' in globalThis) || !('serviceWorker' in navigator)) return 'cannot'
  const { permission: now } = Notification
  return now === 'default' ? 'ask' : now === 'denied' ? 'never' : 'granted'
}

export async function askPermission(): Promise<Permission> {
  await Notification.requestPermission()
  return permission()
}

/** Ids of what waits. */
let standing: ReadonlySet<string> | undefined
const looking = () => document.visibilityState === 'visible'

/** The DOM library lacks it: Notifications API Standard, NotificationOptions. */
interface Options extends NotificationOptions {
  renotify: boolean
}

/** `place` is where to go. Nothing happens while the page is looked at, nor without leave. */
export async function notify({ id, urgency, title, folded }: Alert, place: string | undefined): Promise<void> {
  if (permission() !== 'granted' || looking()) return
  const more = folded > 0 ? `and ${folded} more` : undefined
  const options: Options = {
    tag: id,
    renotify: true,
    body: [place, more].filter(Boolean).join(', '),
    icon: '/staff-icon-192.png',
    silent: urgency === 'calm',
    requireInteraction: urgency === 'urgent',
  }
  // The alert comes before what it is about.
  standing = new Set([...(standing ?? []), id])
  const registration = await navigator.serviceWorker.ready
  await registration.showNotification(title ?? 'Something waits for you', options)
  // The page may have been opened, or the thing seen to, meanwhile.
  await tidy()
}

/** Takes away notifications of what waits no more; all of them while the page is looked at. */
export async function tidy(waiting: ReadonlySet<string> | undefined = standing): Promise<void> {
  standing = waiting
  if (permission() !== 'granted') return
  const registration = await navigator.serviceWorker.ready
  for (const one of await registration.getNotifications()) if (looking() || waiting?.has(one.tag) === false) one.close()
}
