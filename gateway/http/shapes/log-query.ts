import { z } from 'zod'
import { LOG_KINDS, LOG_RESULTS } from '#domain/events/log-entry.ts'
import type { LogFilter } from '#domain/events/log-filter.ts'
import { instant, line, text } from './fields.ts'
import { logCursorField } from './log-cursor.ts'

/** Some of a closed set, between commas. */
const someOf = <const Name extends string>(names: readonly [Name, ...Name[]]) =>
  text.transform((value, context): readonly Name[] => {
    const given = value.split(',').map((name) => name.trim())
    const known = names.filter((name) => given.includes(name))
    if (known.length === new Set(given).size) return known
    context.issues.push({
      code: 'custom',
      message: `must be one of ${names.join(', ')}, or some, with commas`,
      input: value,
    })
    return z.NEVER
  })

const searched = line(500).optional()

/** Asked for as Accept says, or in words where a browser follows a link. */
export const LOG_FORMATS = ['json', 'csv', 'jsonl'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** Any of these, and the answer is the log and not the feed. */
export const logFilterQuery = {
  order: z.literal('newest', { error: 'must be newest' }).optional(),
  ...{ door: searched, area: searched, key: searched, person: searched },
  result: someOf(LOG_RESULTS).optional(),
  kind: someOf(LOG_KINDS).optional(),
  steps: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
  since: instant.optional(),
  until: instant.optional(),
  before: logCursorField.optional(),
  newerThan: logCursorField.optional(),
  format: z.enum(LOG_FORMATS, { error: 'must be json, csv or jsonl' }).optional(),
}
const whole = z.object(logFilterQuery)
export type LogFilterQuery = z.output<typeof whole>

export const isLogAsked = (query: LogFilterQuery): boolean =>
  Object.keys(logFilterQuery).some((name) => Object.hasOwn(query, name))

export const logFilterOf = (query: LogFilterQuery): LogFilter => ({
  ...{ door: query.door ?? null, area: query.area ?? null, key: query.key ?? null, person: query.person ?? null },
  ...{ results: query.result ?? null, kinds: query.kind ?? null, withSteps: query.steps !== 'false' },
  ...{ sinceMs: query.since ?? null, untilMs: query.until ?? null },
})
