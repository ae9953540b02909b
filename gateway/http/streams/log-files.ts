import { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '#domain/access/caller.ts'
import { principalLabel } from '#domain/access/principal.ts'
import { exportLog, type LogReader, type LogRefusal } from '#domain/events/find-log.ts'
import type { LogFilter } from '#domain/events/log-filter.ts'
import { localStamps } from '#domain/time/local-stamps.ts'
import type { HttpDeps } from '#http/contract/http-deps.ts'
import type { Refuse } from '#http/contract/refuse.ts'
import { PerMinute } from '#http/limits/per-minute.ts'
import { logEntryBody } from '#http/shapes/log-entry-body.ts'
import { LOG_AS_CSV, LOG_AS_JSON_LINES, type LogFile } from '#http/shapes/log-file.ts'
import { logExport } from './log-export.ts'
import { StreamPlaces } from './stream-places.ts'

const FILES_UNDER_WAY = { inAll: 8, ofOneHolder: 2, ofOneNetwork: 4 }
/** Of one credential: the beginning and the end of each is an event for ever, and a commit that openings wait for. */
export const FILES_A_MINUTE_MAX = 30
/** Between two lines of a file that few events belong to; a reader who takes nothing is ended sooner. */
const FILE_SILENT_MAX_MS = 10 * 60_000

export const LOG_FILES = { csv: LOG_AS_CSV, jsonl: LOG_AS_JSON_LINES } as const satisfies Record<string, LogFile>
export type LogFileFormat = keyof typeof LOG_FILES

const TOO_MANY_FILES = `One credential takes ${FILES_A_MINUTE_MAX} files of the log a minute at most. To follow what happens, ask for pages, or for the feed.`

interface Asked {
  readonly filter: LogFilter
  readonly format: LogFileFormat
  readonly seesPeople: boolean
  readonly caller: Caller
}

/** The log as a file of any length, for a program and for a person in a browser alike. */
export class LogFiles {
  readonly #deps: Pick<HttpDeps, 'findLog' | 'open'>
  readonly #refuse: Refuse
  readonly #places = new StreamPlaces(FILES_UNDER_WAY)
  readonly #taken: PerMinute
  readonly #open = new Set<AbortController>()

  constructor(deps: Pick<HttpDeps, 'findLog' | 'open'>, refuse: Refuse) {
    this.#deps = deps
    this.#refuse = refuse
    this.#taken = new PerMinute(FILES_A_MINUTE_MAX, () => deps.open.clock.monotonicMs())
  }

  /** A file that goes on would keep the listener from closing. */
  close(): void {
    for (const end of this.#open) end.abort()
  }

  /** Answers, unless the filter names nothing that the caller may see. */
  answer(request: FastifyRequest, reply: FastifyReply, asked: Asked): FastifyReply | LogRefusal {
    const { filter, format, seesPeople, caller } = asked
    const { findLog, open } = this.#deps
    const { clock, log } = open
    const reader: LogReader = { principal: caller.principal, seesPeople }
    const end = new AbortController()
    const exported = exportLog(filter, reader, findLog, end.signal)
    if (exported.kind !== 'found') return exported
    const holder = principalLabel(reader.principal)
    const retryAfterS = reader.principal.kind === 'owner' ? null : this.#taken.waitS(holder)
    if (retryAfterS !== null)
      return this.#refuse(reply, { reason: 'rate-limited', message: TOO_MANY_FILES, retryAfterS })
    const leave = this.#places.take({ holder, ip: request.ip })
    if (leave === null) return this.#refuse(reply, { reason: 'overloaded' })
    this.#taken.count(holder)
    this.#open.add(end)
    const stopBeingSilent = maySilentFor(request.raw.socket, FILE_SILENT_MAX_MS)
    const file = LOG_FILES[format]
    const local = localStamps(findLog.zone)
    const stream = logExport(
      {
        pages: exported.pages,
        head: file.head(),
        render: (entries) => file.rows(entries.map((entry) => logEntryBody(entry, seesPeople, local))),
        isStillGood: () => caller.isStillGood(clock.nowMs()),
        ended: () => {
          end.abort()
          this.#open.delete(end)
          leave()
          stopBeingSilent()
        },
      },
      { clock, log },
    )
    end.signal.addEventListener('abort', () => stream.destroy())
    const name = `log-${local(clock.nowMs()).slice(0, 10)}.${format}`
    return reply
      .type(file.mediaType)
      .header('Content-Disposition', `attachment; filename="${name}"`)
      .header('X-Accel-Buffering', 'no')
      .send(stream)
  }
}

/** Gives its connection its usual time back when it is called. The one of a command without a gateway has none. */
function maySilentFor(socket: unknown, silentMs: number): () => void {
  if (!(socket instanceof Socket)) return () => {}
  const usualMs = socket.timeout ?? 0
  socket.setTimeout(silentMs)
  return () => void socket.setTimeout(usualMs)
}
