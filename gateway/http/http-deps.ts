import type { Logger } from 'pino'
import type { ManageLocksDeps } from '#domain/manage-locks.ts'
import type { OpenLockDeps } from '#domain/open-lock-deps.ts'
import type { TokenVerifier } from './auth/token-verifier.ts'

/** Whom a guest calls when a door stays shut. */
export interface Contact {
  readonly name: string
  readonly phone: string | null
  readonly text: string | null
}

/** What pages and answers say of the place they speak for. */
export interface Site {
  readonly id: string
  readonly name: string
  readonly organization: string | null
  /** IANA name; a page shows times in it, the API shows UTC. */
  readonly timeZone: string
  readonly contact: Contact | null
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

export interface HttpDeps {
  site: Site
  version: string
  open: OpenLockDeps
  manageLocks: ManageLocksDeps
  installation: Installation
  /** Null when no `jwt` section is configured: then no token is good. */
  tokens: TokenVerifier | null
  /** Signing in with a browser; null without a `jwt` section. */
  signIn: { readonly loginUrl: string | null; readonly sessionMaxS: number } | null
}

export interface Listener {
  /** `owner` is the Unix socket in the data directory: whoever can open it owns the site. */
  readonly kind: 'all' | 'owner'
  /** Host of `http.publicUrl`, with its port if it has one. */
  readonly publicUrlHost: string | null
}

export type HttpLog = Pick<Logger, 'info' | 'warn' | 'error'> | null
