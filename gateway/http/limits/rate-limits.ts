import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { principalLabel } from '#domain/access/principal.ts'
import { networkOf } from '#http/requests/network-of.ts'
import { windowCountsBy } from './window-counts.ts'

const MINUTE_MS = 60_000
/** Of one address: some people who read the reference, each page of which is half a dozen files. */
const REFERENCE_PER_MINUTE = 120
/**
 * Looks at one key or opening, and taps of one key, by one address: many who have the same link, or a program that asks
 * ten times a second. Whoever has one good link must not keep the gateway busy with showing or refusing it. Where more
 * commands are allowed than usual, more of these are.
 */
const BY_ONE_LINK_PER_MINUTE = 600
const BY_ONE_LINK_PER_COMMAND = 20

/** How often a minute; see the config. */
export interface RateLimitNumbers {
  /** Failed requests of one address: unknown keys, bad credentials, malformed requests. */
  readonly failures: number
  /** Commands by one temp key. */
  readonly commands: number
  /** Calls by one API key or token. */
  readonly calls: number
}

/** Null while it may go on; otherwise the whole seconds after which it may. */
type Verdict = number | null

export interface RateLimits {
  /** Counts a failure against where it comes from. */
  failed(request: FastifyRequest): Promise<Verdict>
  /** Counts a command against the temp key that the path names. */
  commands(request: FastifyRequest): Promise<Verdict>
  /** Counts a look at the key or the opening that the path names against where it comes from. */
  looks(request: FastifyRequest): Promise<Verdict>
  /** Counts a tap of the key that the path names against where it comes from, whatever becomes of it. */
  taps(request: FastifyRequest): Promise<Verdict>
  /** Counts a call against the credential that verified. */
  calls(request: FastifyRequest): Promise<Verdict>
  /** Counts a file of the reference against where it is asked for. */
  reference(request: FastifyRequest): Promise<Verdict>
}

/**
 * A guest with a good key is never counted together with guests of others: two hundred of them stand behind one address, and
 * somebody among them may be guessing links.
 */
export async function addRateLimits(
  app: FastifyInstance,
  perMinute: RateLimitNumbers,
  monotonicMs: () => number,
): Promise<RateLimits> {
  await app.register(rateLimit, { global: false, store: windowCountsBy(monotonicMs), timeWindow: MINUTE_MS })
  const counter = (max: number, keyGenerator: (request: FastifyRequest) => string) => {
    const count = app.createRateLimit({ max, timeWindow: MINUTE_MS, keyGenerator })
    return async (request: FastifyRequest): Promise<Verdict> => {
      const counted = await count(request)
      return !counted.isAllowed && counted.isExceeded ? Math.max(1, counted.ttlInSeconds) : null
    }
  }
  const byOneLink = Math.max(BY_ONE_LINK_PER_MINUTE, BY_ONE_LINK_PER_COMMAND * perMinute.commands)
  return {
    failed: counter(perMinute.failures, whereFrom),
    reference: counter(REFERENCE_PER_MINUTE, whereFrom),
    commands: counter(perMinute.commands, keyInPath),
    looks: counter(byOneLink, whereFromToWhat),
    taps: counter(byOneLink, whereFromToWhat),
    calls: counter(perMinute.calls, ({ caller }) => (caller === null ? 'nobody' : principalLabel(caller.principal))),
  }
}

const whereFrom = ({ ip }: FastifyRequest): string => networkOf(ip) ?? 'here'
const keyInPath = ({ params }: FastifyRequest): string =>
  typeof params === 'object' && params !== null && 'uuid' in params ? String(params.uuid) : ''
const whereFromToWhat = (request: FastifyRequest): string =>
  [whereFrom(request), ...Object.values(request.params ?? {})].join(' ')

/** For the Unix socket: whoever can open it owns the site. */
export const unlimited: RateLimits = {
  failed: async () => null,
  commands: async () => null,
  looks: async () => null,
  taps: async () => null,
  calls: async () => null,
  reference: async () => null,
}
