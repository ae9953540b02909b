import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import type { OwnerApi, Terminal } from './context.ts'
import { type Column, type Style, tableLines } from './table.ts'

/** A key of the whole site as the API tells it. */
export const siteKeyView = z.looseObject({
  uuid: z.string(),
  lockId: z.number(),
  lockName: z.string(),
  area: z.string().nullable(),
  allowedUserIds: z.array(z.string()),
  validFrom: z.string(),
  validUntil: z.string(),
  maxUses: z.number().nullable(),
  usedCount: z.number(),
  heldCount: z.number(),
  description: z.string().nullable(),
  status: z.string(),
  nextChange: z.object({ at: z.string(), to: z.string() }).nullable(),
})
export type SiteKeyView = z.infer<typeof siteKeyView>

const page = z.object({ tempKeys: z.array(siteKeyView), nextCursor: z.string().nullable() })

/** Which keys somebody means, as options name it. */
export interface KeysMeant {
  readonly match?: string
  readonly state?: string
  readonly lock?: string
  readonly door?: string
  readonly area?: string
  readonly user?: string
  readonly revoked?: true
}

/** All of them, page by page, newest first. @param most stops once there are more than this */
export async function findSiteKeys(api: OwnerApi, meant: KeysMeant, most: number): Promise<SiteKeyView[]> {
  const { match, state, lock, door = lock, area, user, revoked } = meant
  const asked = Object.entries({ match, state, door, area, user, include: revoked === true ? 'revoked' : undefined })
  const query = new URLSearchParams({ limit: '500' })
  for (const [name, value] of asked) if (value !== undefined) query.set(name, value)
  const all: SiteKeyView[] = []
  for (let cursor: string | null = ''; cursor !== null && all.length <= most; ) {
    if (cursor !== '') query.set('cursor', cursor)
    const found: z.infer<typeof page> = expectAnswer(await api('GET', `/temp-keys?${query}`), page)
    all.push(...found.tempKeys)
    cursor = found.nextCursor
  }
  return all
}

const COLUMNS: readonly Column[] = [
  { title: 'STATE' },
  { title: 'THEN' },
  { title: 'DOOR', min: 8 },
  { title: 'FOR', min: 10 },
  { title: 'USES' },
]
const STYLES: Readonly<Record<string, Style>> = {
  valid: 'good',
  'not-yet-valid': 'warn',
  revoked: 'faint',
  expired: 'faint',
}

/** A terminal has no room for UUIDs: they are in a pipe, and in `--json`. */
export function siteKeyLines(
  keys: readonly SiteKeyView[],
  terminal: Terminal | null,
  local: (iso: string) => string,
): readonly string[] {
  const withUuid = terminal === null
  const columns = withUuid ? [{ title: 'UUID' }, ...COLUMNS] : COLUMNS
  const rows = keys.map((key) => {
    const { uuid, status, nextChange, lockId, lockName, description, allowedUserIds, usedCount, maxUses, heldCount } =
      key
    const cells = [
      { text: status, style: STYLES[status] ?? null },
      nextChange === null ? '' : `${nextChange.to} ${local(nextChange.at)}`,
      `${lockId} ${lockName}`,
      description ?? (allowedUserIds.length > 0 ? allowedUserIds.join(', ') : 'unknown'),
      `${usedCount}${maxUses === null ? '' : ` of ${maxUses}`}${heldCount > 0 ? `, ${heldCount} not confirmed` : ''}`,
    ]
    return withUuid ? [uuid, ...cells] : cells
  })
  return tableLines(columns, rows, terminal)
}
