import { z } from 'zod'
import type { TempKeyFilter } from '#domain/temp-keys/find-temp-keys.ts'
import { pastedKey } from '#domain/temp-keys/pasted-key.ts'
import { TEMP_KEY_STATUSES } from '#domain/temp-keys/temp-key.ts'
import { CONSOLE, keyPath, withQuery } from '#http/pages/console/console-paths.ts'
import type { PageOptions } from '#http/routes/console/console-boards.ts'

/** What somebody typed is cut and not refused: a search has no wrong values. */
export const typed = z.string().trim().max(300).default('').catch('')
/** How keys are looked for, in an address and in a form. */
export const askedForKeys = z.looseObject({ q: typed, door: typed, state: typed })
export type AskedForKeys = Pick<z.infer<typeof askedForKeys>, 'q' | 'door' | 'state'>

export function keyFilterOf({ q, door, state }: AskedForKeys): TempKeyFilter {
  const known = TEMP_KEY_STATUSES.find((status) => status === state) ?? null
  return { match: q || null, door: door || null, state: known, area: null, user: null, includeRevoked: false }
}

export const namesKeys = ({ match, door, state }: TempKeyFilter): boolean =>
  match !== null || door !== null || state !== null

/** A key's link opens its door: where somebody pasted one, its key's page has another address. Null when it is no link. */
export async function pageOfPasted(q: string, { store }: Pick<PageOptions['deps'], 'store'>): Promise<string | null> {
  const uuid = pastedKey(q)
  if (uuid === null) return null
  const number = await store.numberOfTempKey(uuid)
  return number === null ? withQuery(CONSOLE.keys, { done: 'no-such-link' }) : keyPath(number)
}
