import { estimateOf, probabilityNear, updateBelief, type Estimate } from './belief.ts'
import { decide } from './decide.ts'
import { kindOf, toCentimetres, toPercent, toTenths, type Evidence, type PresenceEvent } from './events.ts'
import type { Heard, Workspace } from './likelihood.ts'
import { estimatedMetres } from './path-loss.ts'
import type { PlanReceiver } from './plan.ts'
import type { Settings } from './settings.ts'
import { freshness } from './signals.ts'
import type { Space } from './space.ts'
import type { Tag } from './tags.ts'

/** What a tag's update needs to know besides the tag. */
export interface Surroundings {
  space: Space
  settings: Settings
  workspace: Workspace
  receivers: PlanReceiver[]
  /** Receivers near each receiver, itself not among them. */
  neighbours: number[][]
  /** When each receiver last heard anything at all, in seconds. */
  receiverHeard: Float64Array
}

/** Signals older than this say nothing about now. */
const forgottenSeconds = 10
/** A receiver that has not heard a tag for so long, though others have, counts as not hearing it. */
const unheardSeconds = 3
const maxEvidence = 8
/** The first look at a tag counts as so many seconds of signals. */
const firstLookSeconds = 1
/** `presence.moved` comes at most once a second, and then only for news. */
const movedSeconds = 1
const movedMetres = 0.5
const repeatSeconds = 10

/** Weighs what was heard of the tag since its last update, decides its zone, and tells what changed. */
export function updateTag(tag: Tag, around: Surroundings, nowSeconds: number): PresenceEvent[] {
  const { space, settings, workspace } = around
  const heard = heardOf(tag, around, nowSeconds)
  if (heard.length === 0) return []
  const first = tag.updatedSeconds === -Infinity
  const seconds = first ? firstLookSeconds : nowSeconds - tag.updatedSeconds
  tag.updatedSeconds = nowSeconds
  updateBelief(tag.belief, space, heard, silentOf(tag, heard, around, nowSeconds), seconds, settings, workspace)
  const estimate = estimateOf(tag.belief, space)
  const before = tag.decision.zone
  const nearOwn = probabilityNear(tag.belief, space, before)
  const changed = decide(tag.decision, estimate, nearOwn, space.enough, nowSeconds, settings)
  const zone = tag.decision.zone
  tag.confidence = zone < 0 ? 0 : Math.max(estimate.inZone[zone] ?? 0, changed ? 0 : nearOwn)
  const events = changed ? changeOf(tag, before, estimate, around, nowSeconds) : []
  const moved = movedOf(tag, estimate, changed, around, nowSeconds)
  return moved ? [...events, moved] : events
}

/** `presence.left` for a tag that is in a zone. Its stay ends with its last sighting, not when that was noticed. */
export function leftOf(tag: Tag, around: Surroundings, reason: 'moved' | 'silence' | 'shop-changed'): PresenceEvent {
  return {
    type: 'presence.left',
    data: { ...inZone(tag, tag.decision.zone, tag.confidence, around), dwellSeconds: dwellOf(tag), reason },
  }
}

/** `presence.dwelled` for each dwell time that has passed since it was last asked. */
export function dwellsOf(tag: Tag, around: Surroundings): PresenceEvent[] {
  if (tag.decision.zone < 0) return []
  const reached = around.settings.dwellSeconds.filter((seconds) => tag.lastSeconds - tag.enteredSeconds >= seconds)
  const untold = reached.slice(tag.dwellsTold)
  tag.dwellsTold = Math.max(tag.dwellsTold, reached.length)
  return untold.map((dwellSeconds) => ({
    type: 'presence.dwelled',
    data: { ...inZone(tag, tag.decision.zone, tag.confidence, around), dwellSeconds },
  }))
}

function changeOf(tag: Tag, before: number, estimate: Estimate, around: Surroundings, nowSeconds: number) {
  const events: PresenceEvent[] = []
  const zones = around.space.zones
  const to = zones[tag.decision.zone]
  const from = zones[before]
  if (from !== undefined) {
    const confidence = 1 - (estimate.inZone[before] ?? 0)
    const left = { ...inZone(tag, before, confidence, around), dwellSeconds: dwellOf(tag), reason: 'moved' as const }
    events.push({ type: 'presence.left', data: to === undefined ? left : { ...left, to } })
  }
  tag.enteredSeconds = nowSeconds
  tag.dwellsTold = 0
  if (to !== undefined) {
    const position = { x: toCentimetres(estimate.x), y: toCentimetres(estimate.y) }
    const entered = { ...inZone(tag, tag.decision.zone, tag.confidence, around), ...position }
    events.push({ type: 'presence.entered', data: from === undefined ? entered : { ...entered, from } })
  }
  return events
}

function movedOf(
  tag: Tag,
  estimate: Estimate,
  changed: boolean,
  around: Surroundings,
  nowSeconds: number,
): PresenceEvent | undefined {
  const { told } = tag
  if (told) {
    const elapsed = nowSeconds - told.seconds
    const metres = Math.hypot(estimate.x - told.x, estimate.y - told.y)
    if (elapsed < movedSeconds || (!changed && metres < movedMetres && elapsed < repeatSeconds)) return undefined
  }
  tag.told = { x: estimate.x, y: estimate.y, seconds: nowSeconds }
  const zone = around.space.zones[tag.decision.zone]
  const data = {
    who: tag.who,
    kind: kindOf(tag.who),
    x: toCentimetres(estimate.x),
    y: toCentimetres(estimate.y),
    accuracyMetres: toCentimetres(estimate.accuracyMetres),
    confidence: toPercent(zone === undefined ? 1 - sum(estimate.inZone) : tag.confidence),
    evidence: evidenceOf(tag, around),
  }
  return { type: 'presence.moved', data: zone === undefined ? data : { ...data, zone } }
}

function heardOf(tag: Tag, { receivers, space, settings }: Surroundings, nowSeconds: number): Heard[] {
  const heard: Heard[] = []
  // On a sampled map the tag's power is part of what was recorded; elsewhere what it states is believed.
  const correction = space.map.sampled ? 0 : settings.measuredPower - (tag.measuredPower ?? settings.measuredPower)
  for (const [receiver, { rssi, lastSeconds }] of tag.signals) {
    const age = nowSeconds - lastSeconds
    if (age > forgottenSeconds) continue
    const offset = receivers[receiver]?.offset ?? 0
    heard.push({ receiver, rssi: rssi - offset + correction, weight: freshness(age, settings.halfAgeSeconds) })
  }
  return heard
}

/** Living neighbours of the receiver that hears the tag best, to whom it is silent. */
function silentOf(tag: Tag, heard: Heard[], around: Surroundings, nowSeconds: number): number[] {
  const loudest = heard.reduce((best, one) => (one.rssi > best.rssi ? one : best))
  return (around.neighbours[loudest.receiver] ?? []).filter((receiver) => {
    const since = tag.signals.get(receiver)?.lastSeconds ?? -Infinity
    const alive = nowSeconds - (around.receiverHeard[receiver] ?? 0) < around.settings.receiverSilenceSeconds
    return alive && nowSeconds - since > unheardSeconds
  })
}

function inZone(tag: Tag, zone: number, confidence: number, around: Surroundings) {
  return {
    who: tag.who,
    kind: kindOf(tag.who),
    zone: around.space.zones[zone] ?? '',
    confidence: toPercent(confidence),
    evidence: evidenceOf(tag, around),
  }
}

function evidenceOf(tag: Tag, { receivers, settings }: Surroundings): Evidence {
  const power = tag.measuredPower ?? settings.measuredPower
  return [...tag.signals]
    .filter(([, { lastSeconds }]) => tag.lastSeconds - lastSeconds <= forgottenSeconds)
    .sort(([, a], [, b]) => b.rssi - a.rssi)
    .slice(0, maxEvidence)
    .map(([index, { rssi }]) => ({
      receiver: receivers[index]?.id ?? '',
      rssi: toTenths(rssi),
      metres: toTenths(estimatedMetres(rssi - (receivers[index]?.offset ?? 0), power, settings.pathLossExponent)),
    }))
}

const dwellOf = (tag: Tag): number => toTenths(Math.max(0, tag.lastSeconds - tag.enteredSeconds))

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
