import { parseTempKeyUuid, type TempKeyUuid } from '#protocol/ids.ts'

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const AT_THE_END = new RegExp(`${UUID}(?=$|[/?#\\s])`, 'i')
const ANYWHERE = new RegExp(UUID, 'gi')

/** A key's UUID, by itself or in its link as people paste it; null for other words. */
export function pastedKey(text: string): TempKeyUuid | null {
  const [found = ''] = AT_THE_END.exec(text) ?? []
  return parseTempKeyUuid(found)
}

/** What somebody typed, to be kept: whatever else it is, no key's UUID stands in it. */
export const withoutKeys = (text: string): string => text.replaceAll(ANYWHERE, '…')
