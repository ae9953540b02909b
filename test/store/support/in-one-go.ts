import type { InSteps } from '#store/tables/temp-key-lists.ts'

/** What a read in steps comes to when nothing else is to be done between them. */
export function inOneGo<Result>(steps: InSteps<Result>): Result {
  for (;;) {
    const next = steps.next()
    if (next.done === true) return next.value
  }
}
