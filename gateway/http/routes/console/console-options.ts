import type { FastifyRequest } from 'fastify'
import type { Listener } from '#http/contract/http-deps.ts'
import type { RouteOptions } from '#http/routes/route-options.ts'
import { staffWayOf } from '#http/session/staff-way.ts'

/** What each plugin of the console is given. */
export interface ConsoleOptions extends RouteOptions {
  readonly listener: Listener
  /** `refused`: others could read along, and the config does not say that they may. */
  wayOf(request: FastifyRequest): 'secure' | 'plain' | 'refused'
}

export function consoleOptions(options: RouteOptions, listener: Listener): ConsoleOptions {
  const { deps } = options
  const trustsProxies = deps.trustedProxies.length > 0
  return {
    ...{ ...options, listener },
    wayOf: (request) => {
      const way = staffWayOf(request, listener, { publicUrl: deps.installation.publicUrl(), trustsProxies })
      if (way === 'secure') return 'secure'
      return way === 'loopback' || deps.staffOverPlainHttp ? 'plain' : 'refused'
    },
  }
}
