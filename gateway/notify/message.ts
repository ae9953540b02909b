import type { AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'
import type { Notice } from '#domain/notices/notice.ts'

/** What every message says of where it comes from. */
export interface Sender {
  readonly site: { readonly id: string; readonly name: string }
  /** UTC ms as people of the site read it, with the offset. */
  localTime(atMs: number): string
  /** Where people see the alarms; null where no page can be reached from elsewhere. */
  readonly consoleUrl: string | null
}

/** One notice, ready to be put into any format. Each repeat of it is the same. */
export interface Message {
  readonly id: string
  readonly site: Sender['site']
  readonly sort: Notice['sort']
  readonly severity: AlarmSeverity
  /** Everything that it tells of is over. */
  readonly isGoodNews: boolean
  /** One line. */
  readonly title: string
  readonly lines: readonly string[]
  readonly alarms: Notice['alarms']
  readonly madeAtMs: number
  readonly madeAtLocal: string
  readonly consoleUrl: string | null
}

export function messageOf(notice: Notice, sender: Sender): Message {
  const { id, sort, severity, title, lines, alarms, madeAtMs } = notice
  return {
    ...{ id, sort, severity, alarms, madeAtMs },
    site: { id: sender.site.id, name: oneLine(sender.site.name) },
    isGoodNews: alarms.length > 0 && alarms.every(({ state }) => state === 'over'),
    title: oneLine(title),
    lines: lines.map(oneLine),
    madeAtLocal: sender.localTime(madeAtMs),
    consoleUrl: sender.consoleUrl,
  }
}

/** Names of doors and people come from elsewhere: none may begin a line, a header or another direction of writing. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu
const oneLine = (text: string): string => text.replaceAll(BREAKS, ' ').trim()

/** The lines that fit into so many bytes of UTF-8 with a line break each, and how many more there are. */
export function fitting(lines: readonly string[], maxBytes: number): readonly string[] {
  const kept: string[] = []
  let bytes = 0
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > maxBytes) return [...kept, `… and ${lines.length - kept.length} more lines`]
    kept.push(line)
  }
  return kept
}
