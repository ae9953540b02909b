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
  const foreign: string[] = []
  for (const name in given) {
    if (foreign.length > FOREIGN_MAX) break
    if (!names.includes(name)) foreign.push(name)
  }
  const refused = foreign.length > FOREIGN_MAX ? foreign : foreign.filter(isNearlyOneOf(names))
  const read = [...names, ...refused].filter((name) => Object.hasOwn(given, name))
  return Object.fromEntries(read.map((name): [string, unknown] => [name, Reflect.get(given, name)]))
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

const letters = (name: string): string => [...name].sort().join('')

/** Another spelling of one of them, a slip of the finger (one letter in six, two at most), or two letters swapped. */
function isNearlyOneOf(names: readonly string[]): (name: string) => boolean {
  const all = names.map(bare)
  return (name) => {
    if (name.length > NAME_MAX) return false
    const given = bare(name)
    return all.some((ours) => {
      const steps = distance(given, ours)
      return steps <= Math.min(2, Math.floor(ours.length / 6)) || (steps === 2 && letters(given) === letters(ours))
    })
  }
}
