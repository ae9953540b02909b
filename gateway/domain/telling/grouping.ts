import type { DeskFacts } from './desk-facts.ts'
import type { News } from './news.ts'

const GROUP_OF = 5
const SHARE_OF_AREA = 0.2

/** What happened to several doors at once: one alarm with a list. */
export interface NewsGroup {
  readonly kind: string
  /** Null when they are of several areas, or of none. */
  readonly area: string | null
  readonly members: readonly News[]
}

/** Doors of one kind of alarm that go together: five, or a fifth of an area. The others stand for themselves. */
export function groupsAmong(
  news: readonly News[],
  facts: Pick<DeskFacts, 'doorOf' | 'sizeOf'>,
): { readonly groups: readonly NewsGroup[]; readonly singles: readonly News[] } {
  const byKind = new Map<string, News[]>()
  for (const one of news) {
    if (one.alarm.lockId !== null && one.what !== 'over') add(byKind, one.alarm.kind, one)
  }
  const groups = [...byKind].flatMap(([kind, members]) => groupsOfKind(kind, members, facts))
  const grouped = new Set(groups.flatMap(({ members }) => members))
  return { groups, singles: news.filter((one) => !grouped.has(one)) }
}

function groupsOfKind(
  kind: string,
  members: readonly News[],
  { doorOf, sizeOf }: Pick<DeskFacts, 'doorOf' | 'sizeOf'>,
): NewsGroup[] {
  const byArea = new Map<string | null, News[]>()
  for (const one of members) {
    const area = one.alarm.lockId === null ? null : (doorOf(one.alarm.lockId)?.area ?? null)
    add(byArea, area, one)
  }
  const [only] = byArea.keys()
  if (members.length >= GROUP_OF) return [{ kind, area: byArea.size === 1 ? (only ?? null) : null, members }]
  return [...byArea].flatMap(([area, some]) => {
    const isShare = area !== null && some.length >= 2 && some.length >= SHARE_OF_AREA * sizeOf(area)
    return isShare ? [{ kind, area, members: some }] : []
  })
}

function add<Key>(lists: Map<Key, News[]>, key: Key, one: News): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [one])
  else list.push(one)
}
