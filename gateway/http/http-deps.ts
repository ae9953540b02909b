import type { Logger } from 'pino'
import type { ApiKeys } from '#domain/api-keys.ts'
import type { EventFeed } from '#domain/event-feed.ts'
import type { ManageLocksDeps } from '#domain/manage-locks.ts'
import type { OpenLockDeps } from '#domain/open-lock-deps.ts'
import type { TokenVerifier } from './auth/token-verifier.ts'

/** What pages and answers say of the place they speak for. */
export interface Site {
  readonly id: string
  readonly name: string
  readonly organization: string | null
  /** IANA name; a page shows times in it, the API shows UTC. */
  readonly timeZone: string
}

/** What only the owner's socket tells. */
export interface Installation {
  readonly gatewayPublicKey: {
    readonly pem: string
    readonly jwk: Readonly<Record<string, string>>
    readonly hex: string
  }
  /** Base of links, without a slash at its end; null while no gateway runs and the config leaves its port open. */
  publicUrl(): string | null
}

/** `declared` are the route's schemas by status. */
export type AnswerCheck = (declared: Readonly<Record<string, unknown>>, status: number, body: unknown) => void

/** `failed`: doors can't be opened. `warning`: they can, and somebody should look. */
export interface ReadinessCheck {
  readonly status: 'ok' | 'warning' | 'failed'
  /** Facts that anybody may know: never a URL, a name or a path. */
  readonly facts?: Readonly<Record<string, string | number | null>>
}
export type Readiness = () => Promise<Readonly<Record<string, ReadinessCheck>>>

export interface HttpDeps {
  site: Site
  version: string
  open: OpenLockDeps
  manageLocks: ManageLocksDeps
  installation: Installation
  /** Null when no `jwt` section is configured: then no token is good. */
  tokens: TokenVerifier | null
  apiKeys: ApiKeys
  feed: EventFeed
  readiness: Readiness
  /** Given by tests alone: throws when an answer is not what its route declares. */
  checkAnswer?: AnswerCheck
}

export interface Listener {
  /** `owner` is the Unix socket in the data directory: whoever can open it owns the site. */
  readonly kind: 'all' | 'owner'
  /** Host of `http.publicUrl`, with its port if it has one. */
  readonly publicUrlHost: string | null
}

export type HttpLog = Pick<Logger, 'info' | 'warn' | 'error'> | null
