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

/** More are nobody's habit, and each is compared with all of ours: then every one of them is refused. */
const FOREIGN_MAX = 100
/** No name of ours is so long: a giant one is not worth a comparison. */
const NAME_MAX = 64

function withoutForeign(given: unknown, names: readonly string[]): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  const foreign = Object.keys(given).filter((name) => !names.includes(name))
  if (foreign.length > FOREIGN_MAX) return given
  const unread = new Set(foreign.filter((name) => !isNearly(name, names)))
  return Object.fromEntries(Object.entries(given).filter(([name]) => !unread.has(name)))
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Another spelling of one of them, or a slip of the finger: one letter in six, two at most. */
const isNearly = (name: string, names: readonly string[]): boolean =>
  name.length <= NAME_MAX &&
  names.some((ours) => distance(bare(name), bare(ours)) <= Math.min(2, Math.floor(bare(ours).length / 6)))
