import { z } from 'zod'
import type { Zone } from '#domain/time/zone.ts'
import type { TimesTwice } from '#http/pages/console/keys/time-fields.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { typedTime } from './typed-times.ts'

const short = z.string().trim().max(40).default('').catch('')
export const windowFields = { from: short, until: short, fromWhich: short, untilWhich: short, uses: short } as const

/** From when until when a key is good, and how often, as somebody typed it. */
export interface TypedWindow {
  /** Null while a field is wrong. */
  readonly window: {
    readonly validFromMs: number
    readonly validUntilMs: number
    readonly maxUses: number | null
  } | null
  /** By field. */
  readonly errors: Readonly<Record<string, string>>
  readonly twice: TimesTwice
}

type Typed = Readonly<Record<keyof typeof windowFields, string>>

/** @param was as the fields were shown; null for a new key */
export function typedWindow(
  { from, until, fromWhich, untilWhich, uses }: Typed,
  was: { readonly validFromMs: number; readonly validUntilMs: number } | null,
  zone: Zone,
  words: ConsoleWords,
): TypedWindow {
  const { keys } = words
  const begin = typedTime(from, fromWhich, was?.validFromMs ?? null, zone, words)
  const end = typedTime(until, untilWhich, was?.validUntilMs ?? null, zone, words)
  const isReversed = begin.atMs !== null && end.atMs !== null && end.atMs <= begin.atMs
  const isCount = uses === '' || /^[1-9]\d{0,8}$/.test(uses)
  const errors = {
    ...(begin.error !== null && { from: begin.error }),
    ...(end.error !== null && { until: end.error }),
    ...(isReversed && { until: keys.untilBeforeFrom }),
    ...(!isCount && { uses: keys.badUses }),
  }
  const twice = new Map([
    ...(begin.twice === null ? [] : [['from', begin.twice] as const]),
    ...(end.twice === null ? [] : [['until', end.twice] as const]),
  ])
  const isWrong = Object.keys(errors).length > 0
  const window =
    isWrong || begin.atMs === null || end.atMs === null
      ? null
      : { validFromMs: begin.atMs, validUntilMs: end.atMs, maxUses: uses === '' ? null : Number(uses) }
  return { window, errors, twice }
}
