import type { Logger } from 'pino'
import type { LockLinkTimes } from '#lock-link/lock-link-options.ts'
import type { StoreFaults } from '#store/writer/store-faults.ts'

/** Given by tests alone: `main.ts` has no path to them. */
export interface GatewayFaults {
  readonly store?: StoreFaults
  readonly linkTimes?: Partial<LockLinkTimes>
  readonly logger?: Logger
}
