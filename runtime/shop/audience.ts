/** Who of those on shift is told something: by role, group and skill, and by whether they may be disturbed now. */
import type { Associate, CommandParams } from '../contract/index.ts'
import type { Availability } from './types.ts'

export type Audience = NonNullable<CommandParams<'task.open'>['for']>
export type Urgency = NonNullable<CommandParams<'task.open'>['urgency']>

/** All that is asked must hold; who asks for nothing means everybody. */
export const belongs = ({ roles, groups, skills }: Associate, { role, group, skill }: Audience = {}): boolean =>
  (role === undefined || roles?.includes(role) === true) &&
  (group === undefined || groups?.includes(group) === true) &&
  (skill === undefined || skills?.includes(skill) === true)

/**
 * Who of an audience is disturbed: those available first, then the busy. Those on a break are left alone, unless it is
 * urgent and there is nobody else.
 */
export function reach(
  audience: readonly Associate[],
  availability: (id: string) => Availability['availability'],
  urgency: Urgency,
): Associate[] {
  const those = (wanted: Availability['availability']) => audience.filter(({ id }) => availability(id) === wanted)
  const awake = [...those('available'), ...those('busy')]
  return awake.length === 0 && urgency === 'urgent' ? those('break') : awake
}

/** Why nobody was told, in words. */
export function nobodyReason(audience: Audience | undefined, onShift: number, resting: number): string {
  if (onShift === 0) return 'nobody is on shift'
  if (resting > 0) return 'everybody it is for is on a break'
  const wanted = Object.entries(audience ?? {}).map(([what, which]) => `${what} ${which}`)
  return `nobody on shift has ${wanted.join(' and ')}`.slice(0, 200)
}
