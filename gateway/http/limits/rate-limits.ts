import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { principalLabel } from '#domain/principal.ts'
import { networkOf } from '#http/network-of.ts'
import { windowCountsBy } from './window-counts.ts'

const MINUTE_MS = 60_000
/** Of one address: some people who read the reference, each page of which is half a dozen files. */
const REFERENCE_PER_MINUTE = 120

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
  /** Counts a call against the credential that verified. */
  calls(request: FastifyRequest): Promise<Verdict>
  /** Counts a file of the reference against where it is asked for. */
  reference(request: FastifyRequest): Promise<Verdict>
}

/**
 * A guest with a good key is never counted together with others: two hundred of them stand behind one address, and
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
  return {
    failed: counter(perMinute.failures, whereFrom),
    reference: counter(REFERENCE_PER_MINUTE, whereFrom),
    commands: counter(perMinute.commands, keyInPath),
    calls: counter(perMinute.calls, ({ caller }) => (caller === null ? 'nobody' : principalLabel(caller.principal))),
  }
}

const whereFrom = ({ ip }: FastifyRequest): string => networkOf(ip) ?? 'here'
const keyInPath = ({ params }: FastifyRequest): string =>
  typeof params === 'object' && params !== null && 'uuid' in params ? String(params.uuid) : ''

/** For the Unix socket: whoever can open it owns the site. */
export const unlimited: RateLimits = {
  failed: async () => null,
  commands: async () => null,
  calls: async () => null,
  reference: async () => null,
}
