import type { Logger } from 'pino'
import type { ApiKeys } from '#domain/access/api-keys.ts'
import type { StaffAccess } from '#domain/access/staff-access.ts'
import type { AlarmFigures } from '#domain/alarms/alarm-figures.ts'
import type { ManageAlarmsDeps } from '#domain/alarms/manage-alarms.ts'
import type { ManageReceiversDeps } from '#domain/delivery/manage-receivers.ts'
import type { EventFeed } from '#domain/events/event-feed.ts'
import type { FindLogDeps } from '#domain/events/find-log.ts'
import type { WatchMessages } from '#domain/locks/door-messages.ts'
import type { ManageLocksDeps } from '#domain/locks/manage-locks.ts'
import type { Doors } from '#domain/openings/doors.ts'
import type { MakePicture, Picture } from '#domain/pictures/picture.ts'
import type { Store } from '#domain/ports.ts'
import type { Readiness } from '#domain/upkeep/readiness.ts'
import type { RunBefore } from '#domain/upkeep/run-before.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import type { Heartbeat } from '#http/front/arrivals.ts'
import type { RateLimitNumbers } from '#http/limits/rate-limits.ts'
import type { LanguageCode } from '#http/words/language-codes.ts'
import type { Organization } from '#protocol/ids.ts'

/** Whom a guest calls when a door stays shut. */
export interface Contact {
  readonly name: string
  readonly phone: string | null
  /** One for everybody, or one for each language that it is written in. */
  readonly text: string | Readonly<Partial<Record<LanguageCode, string>>> | null
}

/** What pages and answers say of the place they speak for. */
export interface Site {
  readonly id: string
  readonly name: string
  readonly organization: Organization | null
  /** IANA name; a page shows times in it, the API shows UTC. */
  readonly timeZone: string
  readonly contact: Contact | null
  /** Null where there is none, and until it has been made into a picture. */
  logo(): Picture | null
}

/** Where the staff sign in. */
export interface StaffEntry {
  /** Without a slash at its end. */
  readonly url: string
  /** SHA-256 of the site's own certificate, for whoever is warned of it; null where a browser warns of nothing. */
  readonly certificateSha256: string | null
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
  /** Links name an address by which phones can come here. */
  isInReach(): boolean
  /** Null while no listener serves the staff, or nobody knows its port. */
  staffEntry(): StaffEntry | null
}

/** `declared` are the route's schemas by status. */
export type AnswerCheck = (declared: Readonly<Record<string, unknown>>, status: number, body: unknown) => void

export interface HttpDeps {
  site: Site
  version: string
  /** How the gateway ended that ran before this one. */
  runBefore: RunBefore
  store: Store
  open: Doors
  heartbeat: Heartbeat
  manageLocks: ManageLocksDeps
  manageAlarms: ManageAlarmsDeps
  manageReceivers: ManageReceiversDeps
  alarmFigures: () => Promise<AlarmFigures>
  /** What the store takes of the disk; null when that can't be told. */
  storeBytes: () => Promise<number | null>
  makePicture: MakePicture
  installation: Installation
  /** Null when no `jwt` section is configured: then no token is good. */
  tokens: TokenVerifier | null
  /** A minute, each. */
  limits: RateLimitNumbers
  /** Proxies whose X-Forwarded-For is believed: addresses and ranges. */
  trustedProxies: readonly string[]
  /** What the operator should know of the requests that arrive; shown by `/readyz`. */
  proxyNotice: ProxyNotice
  apiKeys: ApiKeys
  staff: StaffAccess
  /** The config says that sessions of the staff may be read on the way. */
  staffOverPlainHttp: boolean
  feed: EventFeed
  findLog: FindLogDeps
  readiness: Readiness
  /** What goes to a lock and comes from it. */
  watchMessages: WatchMessages
  /** In Prometheus' text form; absent where nothing runs that could be measured. */
  metrics?: () => Promise<string>
  /** Given by tests alone: throws when an answer is not what its route declares. */
  checkAnswer?: AnswerCheck
  /** Signing in with a browser; null without a `jwt` section. */
  signIn: { readonly loginUrl: string | null; readonly sessionMaxS: number } | null
}

/** Filled by every listener, shown by `/readyz`. */
export interface ProxyNotice {
  /** Wall clock of the last X-Forwarded-For that came while no proxy is trusted: then all guests share one address. */
  forwardedForIgnoredAtMs: number | null
}

/** What a listener can serve. `guest`: keys and openings. `api`: the same and their management. `staff`: the console. `ops`: health and metrics. */
export const SERVICES = ['guest', 'api', 'staff', 'ops'] as const
export type Service = (typeof SERVICES)[number]

export interface Listener {
  /** `owner` is the Unix socket in the data directory: whoever can open it owns the site. */
  readonly kind: 'network' | 'owner'
  /** What it does not serve is not there. The owner's socket serves everything. */
  readonly serves: ReadonlySet<Service>
  /** PEM; null for plain HTTP. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
  /** Sends HSTS. Only with an https public URL, because HSTS covers every port of a host. */
  readonly promisesTls: boolean
  /** Host of `http.publicUrl`, with its port if it has one. */
  readonly publicUrlHost: string | null
}

/** The Unix socket in the data directory. */
export const OWNER_LISTENER: Listener = {
  kind: 'owner',
  serves: new Set(SERVICES),
  tls: null,
  promisesTls: false,
  publicUrlHost: null,
}

export type HttpLog = Pick<Logger, 'info' | 'warn' | 'error'> | null
