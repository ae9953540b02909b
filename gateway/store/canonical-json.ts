import type { EventValue } from '#domain/events.ts'

const isList = (value: EventValue): value is readonly string[] => Array.isArray(value)

/** One text for one value, whoever writes it: members sorted by name, no whitespace. What is hashed must not vary. */
export function canonicalJson(value: EventValue): string {
  if (value === null || typeof value !== 'object' || isList(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`)
  return `{${members.join(',')}}`
}
