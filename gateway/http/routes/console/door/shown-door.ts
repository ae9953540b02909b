import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listedNow } from '#domain/alarms/manage-alarms.ts'
import { type DoorOpenings, openingsOfDoor } from '#domain/locks/door-openings.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { AlarmReader } from '#http/pages/console/alarm-cards.ts'
import { consolePage } from '#http/pages/console/console-page.ts'
import { CONSOLE, doorPath, withQuery } from '#http/pages/console/console-paths.ts'
import { type ActionsShown, doorActionsOf, type MayDo } from '#http/pages/console/door/door-actions.ts'
import { doorHeadOf } from '#http/pages/console/door/door-head.ts'
import { doorOpeningsOf } from '#http/pages/console/door/door-openings.ts'
import { ackTimesOf, keysOf, pastAlarmsOf, standingAlarmsOf } from '#http/pages/console/door/door-sections.ts'
import { openingSaid, type Said, toldSaid } from '#http/pages/console/door/sentences.ts'
import { unsettledOf } from '#http/pages/console/door/unsettled.ts'
import { type FormState, noticeOf } from '#http/pages/console/form.ts'
import { sendConsolePage } from '#http/pages/console/send-console-page.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import { fingerprint, type PageOptions } from '#http/routes/console/console-boards.ts'
import { type StaffOnRequest, staffOf } from '#http/routes/console/console-guard.ts'
import { parsePlace, placeText } from '#http/routes/console/log-query.ts'
import { frameOf, pageTime } from '#http/routes/console/page-frame.ts'
import { principalOf } from '#http/routes/route-options.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import type { OpeningId } from '#protocol/ids.ts'

const OPENINGS_SHOWN = 20
const KEYS_SHOWN = 5
const PAST_ALARMS_LOOKED_AT = 10
const UNSETTLED_MAX = 20

const query = z.looseObject({
  before: z.string().default('').catch(''),
  told: z.string().nullable().default(null).catch(null),
  opening: z.string().nullable().default(null).catch(null),
  done: z.enum(['battery', 'changed', 'unchanged', 'settled']).nullable().default(null).catch(null),
})

/** A form that changed nothing, and why. */
export interface ReturnedForm {
  readonly status: number
  readonly said: Said | null
  readonly actions: ActionsShown['returned']
  readonly settle: { readonly openingId: OpeningId; readonly state: FormState } | null
}

/** The parts of the page that follow what happens, by what they are. */
export interface DoorParts {
  readonly head: Html
  readonly unsettled: Html
  readonly alarms: Html
  /** Null on a page of older ones: those do not change. */
  readonly openings: Html | null
}

export const mayDo = ({ has }: Pick<StaffOnRequest, 'has'>): MayDo => ({
  ...{ ask: has('technician') || has('locks:open'), test: has('technician'), open: has('locks:open') },
  ...{ battery: has('technician'), change: has('locks:admin'), mute: has('alarms:write') },
})
const maySettle = ({ has }: StaffOnRequest): boolean => has('technician') || has('keys:write')

/** The page of one door. @param returned null when somebody only looks */
export async function showDoor(
  request: FastifyRequest,
  reply: FastifyReply,
  { lock, returned, options }: { lock: Lock; returned: ReturnedForm | null; options: PageOptions },
): Promise<FastifyReply> {
  const { deps, views } = options
  const { before: typed, told, opening, done } = query.parse(request.query)
  const before = parsePlace(typed)
  const frame = await frameOf(request, options)
  const { words, time } = frame
  const staff = staffOf(request)
  const { lockId, name } = lock
  const { found, parts } = await partsOf(request, { lock, before: typed, settle: returned?.settle ?? null }, options)
  const row = await views.doors.lookAt(lock)
  const opened = found.openings.find(({ entry }) => entry.opening?.openingId === opening) ?? null
  const answer = views.told.find(told, staff.id, lockId)
  const said =
    returned !== null
      ? returned.said
      : opened !== null
        ? openingSaid(opened, name, words)
        : answer !== null
          ? toldSaid(answer, row, words, time)
          : done === null
            ? null
            : ({ tone: 'good', text: doneSentence(done, words) } satisfies Said)
  const keys = await deps.store.listTempKeys(lockId, {
    ...{ limit: KEYS_SHOWN + 1, cursor: null, includeRevoked: false, newest: true },
  })
  const newestKeys = [...keys.keys].reverse()
  const alarms = await deps.manageAlarms.store.alarmsOfLock(lockId, PAST_ALARMS_LOOKED_AT)
  const actions = doorActionsOf({
    ...{ lock, may: mayDo(staff), formToken: staff.formToken, words, returned: returned?.actions ?? null },
    isMuted: row.mutedUntilMs !== null,
  })
  const shownKeys = keysOf(
    newestKeys.slice(0, KEYS_SHOWN),
    {
      seesPersons: staff.seesPersons,
      isAll: newestKeys.length <= KEYS_SHOWN,
      places: staff.has('keys:read')
        ? {
            all: withQuery(CONSOLE.keys, { door: String(lockId) }),
            make: staff.has('keys:write') ? withQuery(CONSOLE.newKey, { door: String(lockId) }) : null,
          }
        : null,
    },
    words,
    time,
  )
  const openings = parts.openings ?? html``
  const content = html`${said === null ? null : noticeOf(said.tone, said.text)}${parts.head}${actions}${parts.unsettled}${parts.alarms}${openings}<div class="two">${ackTimesOf(await views.ackTimes.of(lockId), words)}${shownKeys}</div>${pastAlarmsOf(alarms, words, time)}`
  const stream = withQuery(`${doorPath(lockId)}/stream`, {
    after: fingerprint(joined(parts), staff.formToken),
    before: before === null ? null : typed,
  })
  if (returned !== null) reply.status(returned.status)
  return sendConsolePage(reply, consolePage({ frame, title: name, place: 'doors', content, stream }))
}

/** What follows what happens, as it is now. */
export async function partsOf(
  request: FastifyRequest,
  asked: {
    readonly lock: Lock
    readonly before: string
    readonly settle: ReturnedForm['settle']
    /** Openings that are known to be as they were; read when they are not given. */
    readonly found?: DoorOpenings | null
  },
  { deps, views }: PageOptions,
) {
  const { lock, settle } = asked
  const { lockId } = lock
  const words = consoleWordsFor(request)
  const time = pageTime(request, deps, words)
  const staff = staffOf(request)
  const { locks, link, clock } = deps.open
  const before = parsePlace(asked.before)
  const path = doorPath(lockId)
  const found =
    asked.found ??
    (await openingsOfDoor(
      { lockId, before, limit: OPENINGS_SHOWN },
      { principal: principalOf(request), seesPeople: staff.seesPersons },
      deps.findLog,
    ))
  const { alarms, mutes } = await views.glance.lately()
  const standing = alarms
    .filter((alarm) => alarm.lockId === lockId)
    .map((alarm) => listedNow(alarm, mutes, locks, clock.nowMs()))
  const reader: AlarmReader = {
    ...{ words, time, person: { name: staff.name, seesPersons: staff.seesPersons }, form: null },
    formToken: staff.has('alarms:write') ? staff.formToken : null,
  }
  const batteryReplacedAtMs = await deps.store.batteryReplacedAtMs(lockId)
  const row = await views.doors.lookAt(lock)
  const unsettled = await deps.store.unsettledOf(lockId, UNSETTLED_MAX)
  const parts: DoorParts = {
    head: doorHeadOf({ row, lock, hello: link.lastHello(lockId), batteryReplacedAtMs }, words, time),
    unsettled: unsettledOf(
      { lockId, unsettled, returned: settle, formToken: maySettle(staff) ? staff.formToken : null },
      words,
      time,
    ),
    alarms: standingAlarmsOf(standing, reader),
    openings: doorOpeningsOf(
      {
        ...found,
        olderHref: found.next === null ? null : withQuery(path, { before: placeText(found.next) }),
        newestHref: before === null ? null : path,
      },
      words,
      time,
    ),
  }
  return { found, parts }
}

/** All of them as one text, by which a page and its stream know whether they tell the same. */
export const joined = ({ head, unsettled, alarms, openings }: DoorParts): string =>
  html`${head}${unsettled}${alarms}${openings}`.toString()

function doneSentence(
  done: 'battery' | 'changed' | 'unchanged' | 'settled',
  { oneDoor }: ReturnType<typeof consoleWordsFor>,
): string {
  const said = {
    ...{ battery: oneDoor.batteryNoted, changed: oneDoor.changed },
    ...{ unchanged: oneDoor.unchanged, settled: oneDoor.settledDone },
  }
  return said[done]
}
