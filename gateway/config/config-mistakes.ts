import type { z } from 'zod'

/** One line for each mistake: its path, its rule, and the value that the file has there. */
export function describeMistakes(issues: readonly z.core.$ZodIssue[], input: unknown): string {
  return issues
    .flatMap((issue) => {
      const at = issue.path.map(String)
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => `  ${[...at, key].join('.')}: there is no such setting`)
      }
      const given = valueAt(input, issue.path)
      const value = given === undefined ? 'missing' : `is ${shorten(JSON.stringify(given))}`
      // What is wrong with the name of an entry stands one level deeper.
      const rule = (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message
      return [`  ${at.join('.') || '(the whole file)'}: ${rule} (${value})`]
    })
    .join('\n')
}

/** What the file itself has there; a rule about two settings is told with the one that it names. */
function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    input,
  )
}

/** Without the user and password that a URL may hold: the message may end in a log. */
function shorten(value: string): string {
  const shown = value.replace(/\/\/[^/@"]*@/g, '//…@')
  return shown.length <= 80 ? shown : `${shown.slice(0, 77)}…`
}
