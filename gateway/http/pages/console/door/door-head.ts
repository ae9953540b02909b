import { type DoorRow, problemRank } from '#domain/locks/door-board.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockHello } from '#domain/locks/lock-link.ts'
import { batteryOf, dated, marksOf, stateOf } from '#http/pages/console/door-rows.ts'
import { type PageTime, timeOf } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'

export interface DoorHead {
  readonly row: DoorRow
  readonly lock: Lock
  readonly hello: LockHello | null
  readonly batteryReplacedAtMs: number | null
}

/** How the door is now; of one that can't be opened, why not and what to look at, before all else. */
export function doorHeadOf(head: DoorHead, words: ConsoleWords, time: PageTime): Html {
  const { row, lock, hello, batteryReplacedAtMs } = head
  const { doors, oneDoor, frame } = words
  const place = row.area === null ? `${doors.number} ${row.lockId}` : `${doors.number} ${row.lockId} · ${row.area}`
  const unknown = html`<span class="soft">${frame.unknown}</span>`
  const facts: readonly (readonly [string, Html | string])[] = [
    [doors.door, dated(doors.doorIs[row.door], row, words, time)],
    [doors.battery, batteryOf(row, words, time)],
    [
      oneDoor.batteryReplaced,
      batteryReplacedAtMs === null ? soft(oneDoor.notNoted) : timeOf(batteryReplacedAtMs, time),
    ],
    [oneDoor.lastHeard, row.lastSeenMs === null ? unknown : timeOf(row.lastSeenMs, time)],
    [doors.firmware, row.firmware ?? unknown],
    [oneDoor.uptime, hello === null ? unknown : timeOf(hello.atMs - hello.uptimeS * 1_000, time)],
    [oneDoor.board, lock.publicKeyPem === null ? soft(oneDoor.noBoard) : oneDoor.boardNumber(lock.keyGeneration)],
    [oneDoor.pulse, plural(words, oneDoor.seconds, lock.pulseS)],
  ]
  const list = facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)
  const advice = row.why === null ? null : html`<p class="advice">${oneDoor.lookAt[row.why]}</p>`
  const look = problemRank(row) === null ? '' : ' to-see-to'
  return html`<section class="card door-head${look}" id="door-head"><div class="inside above"><p class="soft">${place}</p><div class="door-state">${stateOf(row, words, time)}</div>${advice}${marksOf(row, words, time)}<dl class="facts">${list}</dl></div></section>`
}

const soft = (text: string): Html => html`<span class="soft">${text}</span>`
