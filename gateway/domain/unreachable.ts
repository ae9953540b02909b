/** Ends each switch over a union: a new case breaks the build, not the door. */
export function unreachable(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`)
}
