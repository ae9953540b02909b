import { kindOfAlarm } from '#domain/alarms/alarm-kinds.ts'
import { alarmNameOfAny } from '#domain/alarms/sighting-counts.ts'
import { NOTICE_LINE_MAX, NOTICE_LINES_MAX, NOTICE_TITLE_MAX, type NoticeSort } from '#domain/notices/notice.ts'
import type { LockId } from '#protocol/ids.ts'
import { wordsOf } from './alarm-words.ts'
import type { DeskFacts } from './desk-facts.ts'
import type { ToldAlarmEntry } from './desk-state.ts'
import { groupsAmong, type NewsGroup } from './grouping.ts'
import type { Draft } from './judge-notices.ts'
import type { News } from './news.ts'

const count = (n: number): string => n.toLocaleString('en')
const plural = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? '' : 's'}`
/** Never half of a character: what is stored would not be what was sent. */
const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(HALF_AT_END, '')}…`
const HALF_AT_END = /[\ud800-\udbff]$/
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

type Facts = Pick<DeskFacts, 'doorOf' | 'sizeOf' | 'timeOf' | 'back' | 'standing'>

/** `Sauna (East)`; a lock that is gone is called by its number. */
function doorName(lockId: LockId, { doorOf }: Pick<Facts, 'doorOf'>): string {
  const door = doorOf(lockId)
  if (door === null) return `lock ${lockId}`
  return door.area === null ? door.name : `${door.name} (${door.area})`
}

/** `Sauna (East): offline`, or what is so with the site. */
function whatIsSo({ alarm, what }: Pick<News, 'alarm' | 'what'>, facts: Facts): string {
  const { is, over, worse = `${is}, worse than before` } = wordsOf(alarm.kind)
  const again = what === 'flapping' ? ' again and again: nothing more is told until it has been quiet for 2 hours' : ''
  const said = what === 'over' ? over : what === 'worse' ? worse : `${is}${again}`
  return alarm.lockId === null ? capital(said) : `${doorName(alarm.lockId, facts)}: ${said}`
}

const INTRODUCTION: Readonly<Partial<Record<NoticeSort, string>>> = {
  digest: 'Digest: ',
  flood: 'Many alarms at once: ',
  'flood-over': 'Fewer alarms again: ',
  'mute-over': 'Changed while muted: ',
  'quiet-over': 'From the quiet hours: ',
  reminder: 'Nobody has seen to it yet: ',
}

/** One line that tells the most without being opened. */
export function titleOf({ sort, news, reminders }: Draft, facts: Facts): string {
  return cut(
    `${INTRODUCTION[sort] ?? ''}${sort === 'power-returned' ? returned(news, facts) : summary(news, reminders, facts)}`,
    NOTICE_TITLE_MAX,
  )
}

function returned(news: readonly News[], { back }: Facts): string {
  const { expected, missing } = back
  const broker = news.some(({ alarm, what }) => what === 'over' && alarm.kind === 'broker-down')
  const who =
    missing.length === 0
      ? `all ${plural(expected, 'lock')} are back`
      : `${count(expected - missing.length)} of ${plural(expected, 'lock')} are back, ${count(missing.length)} missing`
  return capital(broker ? `the broker is back; ${who}` : who)
}

function summary(news: readonly News[], reminders: readonly ToldAlarmEntry[], facts: Facts): string {
  const { groups, singles } = groupsAmong(news, facts)
  const [group] = groups
  const still = reminders.map((alarm) => ({ alarm, what: 'raised' }) as const)
  const [only] = [...singles, ...still]
  if (groups.length === 0 && only === undefined) return 'all that came have been told'
  if (group !== undefined && groups.length === 1 && singles.length === 0) return groupLine(group, facts)
  if (groups.length === 0 && only !== undefined && singles.length + still.length === 1) return whatIsSo(only, facts)
  const kinds = new Map<string, number>()
  for (const { alarm, what } of [...news, ...still]) {
    const { is, over } = wordsOf(alarm.kind)
    const said = what === 'over' ? over : is
    kinds.set(said, (kinds.get(said) ?? 0) + 1)
  }
  const most = [...kinds].sort(([, a], [, b]) => b - a).map(([said, times]) => `${count(times)} × ${said}`)
  return `${plural(news.length + still.length, 'alarm')}: ${most.join(', ')}`
}

const groupLine = ({ kind, area, members }: NewsGroup, { sizeOf }: Facts): string =>
  area === null
    ? `${plural(members.length, 'door')}: ${wordsOf(kind).is}`
    : `${count(members.length)} of ${plural(sizeOf(area), 'door')} in ${area}: ${wordsOf(kind).is}`

const LISTED_MAX = 25

/** What is so, since when, what it means and what to do first: once for each kind. */
export function linesOf({ sort, news, reminders }: Draft, facts: Facts): readonly string[] {
  const { groups, singles } = groupsAmong(news, facts)
  const lines: string[] = []
  if (sort === 'power-returned' && facts.back.missing.length > 0) {
    lines.push(`Missing: ${names(facts.back.missing, facts)}`)
  }
  for (const group of groups) {
    const lockIds = group.members.flatMap(({ alarm }) => (alarm.lockId === null ? [] : [alarm.lockId]))
    lines.push(`${groupLine(group, facts)}: ${names(lockIds, facts)}`)
  }
  const overs = singles.filter(({ what }) => what === 'over')
  const listed = [...singles.filter(({ what }) => what !== 'over'), ...overs]
  for (const one of listed.slice(0, LISTED_MAX)) {
    lines.push(`${whatIsSo(one, facts)}${one.what === 'over' ? '' : `, since ${facts.timeOf(one.alarm.sinceMs)}`}.`)
  }
  if (listed.length > LISTED_MAX) lines.push(`And ${count(listed.length - LISTED_MAX)} more: see latchkey alarms.`)
  for (const alarm of reminders.slice(0, LISTED_MAX)) {
    lines.push(`${whatIsSo({ alarm, what: 'raised' }, facts)}, since ${facts.timeOf(alarm.sinceMs)}.`)
  }
  const begun = [...news.filter(({ what }) => what !== 'over').map(({ alarm }) => alarm), ...reminders]
  return [...lines, ...adviceOn(begun, facts)].slice(0, NOTICE_LINES_MAX).map((line) => cut(line, NOTICE_LINE_MAX))
}

/** Once for each kind, by its name when there are several; what was seen of the one alarm of a kind goes before what is usual. */
function adviceOn(begun: readonly Pick<ToldAlarmEntry, 'kind' | 'lockId'>[], { standing }: Facts): string[] {
  const kinds = new Map<string, Set<string>>()
  for (const alarm of begun) {
    const seen = standing.get(alarmNameOfAny(alarm))?.alarm.advice
    const advices = kinds.get(alarm.kind) ?? new Set()
    kinds.set(alarm.kind, seen === undefined ? advices : advices.add(seen))
  }
  return [...kinds].slice(0, 5).flatMap(([kind, advices]) => {
    const of = kindOfAlarm(kind)
    const [only] = advices.size === 1 ? advices : []
    if (of === null) return []
    const name = kinds.size === 1 ? '' : `${capitalized(wordsOf(kind).is)}: `
    return [`${name}${of.consequence}`, ...broken(`First: ${only ?? of.advice} (${of.recipient})`)]
  })
}

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** In lines that are not cut, between words. */
function broken(text: string): string[] {
  if (text.length <= NOTICE_LINE_MAX) return [text]
  const at = text.lastIndexOf(' ', NOTICE_LINE_MAX)
  return at <= 0 ? [text] : [text.slice(0, at), ...broken(text.slice(at + 1))]
}

/** As many names as one line takes, and how many there are besides. */
function names(lockIds: readonly LockId[], facts: Facts): string {
  let text = ''
  for (const [at, lockId] of lockIds.entries()) {
    const next = `${text === '' ? '' : ', '}${doorName(lockId, facts)}`
    if (text.length + next.length > NOTICE_LINE_MAX - 80) return `${text} and ${count(lockIds.length - at)} more`
    text += next
  }
  return text
}
