import { parseTempKeyUuid, type TempKeyUuid } from '#protocol/ids.ts'

const AT_THE_END = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=$|[/?#\s])/i

/** A key's UUID, by itself or in its link as people paste it; null for other words. */
export function pastedKey(text: string): TempKeyUuid | null {
  const [found = ''] = AT_THE_END.exec(text) ?? []
  return parseTempKeyUuid(found)
}
