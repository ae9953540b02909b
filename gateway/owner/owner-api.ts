import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type ApiAnswer, CommandError, type OwnerApi, type OwnerDownload, type UseOwnerApi } from '#cli/context.ts'
import type { Config } from '#config/config.ts'
import type { Clock } from '#domain/time/clock.ts'
import { systemErrorCode } from '#runtime/startup-error.ts'
import { becomeOwnerOf, belongsToAnother, ownerSocketPath } from '#site/data-dir.ts'
import { keepOthersOut } from '#site/private-directory.ts'

/** A gateway that is just starting owns the directory before its socket answers. */
const BUSY_MAX_MS = 10_000
const BETWEEN_TRIES_MS = 50
/** All of a site, read when it is needed: a command that asks a running gateway starts in half the time without it. */
const siteWithoutGateway = () => import('./site-without-gateway.ts')
/** The last two: it ended while it was asked whether it is there. */
const NOBODY_LISTENS: ReadonlySet<string | null> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ECONNRESET', 'EPIPE'])

/**
 * Changes go through the running gateway; where none runs, this process owns the store for the moment.
 *
 * @param person who sits at the command line: what is changed names him
 */
export async function withOwnerApi<T>(config: Config, clock: Clock, use: UseOwnerApi<T>, person = ''): Promise<T> {
  // The owner of the data may not be allowed to read the program.
  if (belongsToAnother(config.dataDir)) await siteWithoutGateway()
  const becomeSelf = becomeOwnerOf(config.dataDir)
  try {
    return await asOwner(config, clock, use, person)
  } finally {
    becomeSelf()
  }
}

/** Of the running gateway alone, and never of its store: null while none answers, as while it starts anew. */
export async function askGateway(config: Config, path: string, person = ''): Promise<ApiAnswer | null> {
  const becomeSelf = becomeOwnerOf(config.dataDir)
  try {
    keepOthersOut(config.dataDir)
    return await requestOverSocket(ownerSocketPath(config.dataDir), headersOf(person), 'GET', path)
  } catch (error) {
    if (systemErrorCode(error) === null) throw error
    return null
  } finally {
    becomeSelf()
  }
}

async function asOwner<T>(config: Config, clock: Clock, use: UseOwnerApi<T>, person: string): Promise<T> {
  // Before the socket is used: in a directory that others may write, a stranger's socket could pose as the gateway.
  keepOthersOut(config.dataDir)
  const socket = ownerSocketPath(config.dataDir)
  const headers = headersOf(person)
  const untilMs = clock.monotonicMs() + BUSY_MAX_MS
  while (clock.monotonicMs() < untilMs) {
    if (await isListening(socket)) {
      return await use((...call) => fromGateway(requestOverSocket(socket, headers, ...call)), {
        isRunning: true,
        download: (url, take) => fromGateway(downloadOverSocket({ socketPath: socket, path: url, headers }, take)),
      })
    }
    const { openSiteWithoutGateway } = await siteWithoutGateway()
    const site = await openSiteWithoutGateway(config, clock)
    if (site === null) {
      await pause(BETWEEN_TRIES_MS)
      continue
    }
    try {
      return await use(
        async (method, url, body) => {
          const sent = body === undefined ? null : sentAs(body)
          const all = { ...headers, ...sent?.headers }
          const answer = await site.app.inject({ method, url, headers: all, ...(sent && { payload: sent.payload }) })
          return { status: answer.statusCode, body: answer.body === '' ? null : answer.json<unknown>() }
        },
        {
          isRunning: false,
          download: async (url, take) => {
            const answer = await site.app.inject({ method: 'GET', url, headers, payloadAsStream: true })
            return await taken(answer.statusCode, answer.stream(), take)
          },
        },
      )
    } finally {
      await site.close()
    }
  }
  throw new CommandError(
    `another process owns ${config.dataDir} and does not answer: wait for it to start or to end, then try again`,
  )
}

async function fromGateway<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === null) throw error
    throw new CommandError(
      `the gateway ended before it answered (${code}): what was asked may be done or not, look before you try again`,
    )
  }
}

async function isListening(socket: string): Promise<boolean> {
  try {
    await requestOverSocket(socket, {}, 'GET', '/healthz')
    return true
  } catch (error) {
    const code = systemErrorCode(error)
    if (NOBODY_LISTENS.has(code)) return false
    throw new CommandError(
      `cannot talk to the gateway (${code ?? 'no answer'}): run this as the user that owns its data directory`,
    )
  }
}

/** With the type that the route of each kind of body reads. */
const sentAs = (body: object | Uint8Array): { payload: string | Buffer; headers: Record<string, string> } =>
  body instanceof Uint8Array
    ? { payload: Buffer.from(body), headers: { 'content-type': 'application/octet-stream' } }
    : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }

const headersOf = (person: string): Record<string, string> => ({
  host: 'localhost',
  accept: 'application/json',
  ...(person !== '' && { 'x-latchkey-person': encodeURIComponent(person) }),
})

/** What breaks off is an error, so that nobody takes a part for the whole. */
async function taken(
  status: number,
  answer: AsyncIterable<unknown>,
  take: Parameters<OwnerDownload>[1],
): Promise<ApiAnswer | null> {
  const refusal: Buffer[] = []
  for await (const piece of answer) {
    const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece))
    if (status >= 400) refusal.push(bytes)
    else await take(bytes)
  }
  if (status < 400) return null
  const body: unknown = JSON.parse(Buffer.concat(refusal).toString('utf8'))
  return { status, body }
}

function downloadOverSocket(
  asked: { readonly socketPath: string; readonly path: string; readonly headers: Record<string, string> },
  take: Parameters<OwnerDownload>[1],
): Promise<ApiAnswer | null> {
  return new Promise((resolve, reject) => {
    const sent = request(asked, (answer) => {
      taken(answer.statusCode ?? 0, answer, take).then(resolve, (error: unknown) => {
        sent.destroy()
        reject(error)
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

function requestOverSocket(
  socketPath: string,
  always: Record<string, string>,
  ...[method, path, body]: Parameters<OwnerApi>
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const { payload = null, headers: ofBody } = body === undefined ? {} : sentAs(body)
    const headers = payload === null ? {} : { ...ofBody, 'content-length': Buffer.byteLength(payload) }
    const sent = request(
      { socketPath, method, path, headers: { host: 'localhost', accept: 'application/json', ...always, ...headers } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const parsed: unknown = text === '' ? null : JSON.parse(text)
          resolve({ status: answer.statusCode ?? 0, body: parsed })
        })
      },
    )
    sent.on('error', reject)
    sent.end(payload ?? undefined)
  })
}
