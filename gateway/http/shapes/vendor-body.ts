import { distance } from 'fastest-levenshtein'
import { z } from 'zod'

/**
 * A body as clients of the vendor's API send it: members that we do not know are left unread, because those clients send
 * some of their own. But a name that is nearly one of ours is refused: `max_uses` or `maxUse` was meant as a limit, and a
 * key without it would open more than its maker wanted.
 */
export function vendorBody<Shape extends z.ZodObject>(schema: Shape) {
  const names = Object.keys(schema.shape)
  return z.preprocess((given) => withoutForeign(given, names), schema.meta({ additionalProperties: true }))
}

function withoutForeign(given: unknown, names: readonly string[]): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  const kept = Object.entries(given).filter(([name]) => names.includes(name) || isNearly(name, names))
  return Object.fromEntries(kept)
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Another spelling of one of them, or a slip of the finger: one letter in six, two at most. */
const isNearly = (name: string, names: readonly string[]): boolean =>
  names.some((ours) => distance(bare(name), bare(ours)) <= Math.min(2, Math.floor(bare(ours).length / 6)))
