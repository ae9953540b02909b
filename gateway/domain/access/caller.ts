import type { Lock } from '#domain/locks/lock.ts'
import { unreachable } from '#domain/unreachable.ts'
import type { Principal } from './principal.ts'

export const SCOPES = [
  'keys:read',
  'keys:write',
  'locks:read',
  'locks:open',
  'locks:admin',
  'audit:read',
  'alarms:write',
  'staff:manage',
  'technician',
] as const
export type Scope = (typeof SCOPES)[number]

const NAMES: ReadonlySet<string> = new Set(SCOPES)
export const isScope = (name: string): name is Scope => NAMES.has(name)

/** What tokens of the vendor's system may do: they name none of our scopes. */
const SCOPES_BY_DEFAULT: readonly Scope[] = ['keys:read', 'keys:write', 'locks:read', 'locks:open']

/** @param statements each narrows what the others leave; without any a token has what every token had before there were scopes */
export function scopesAllowed(statements: readonly (readonly Scope[])[]): ReadonlySet<Scope> {
  const [first = SCOPES_BY_DEFAULT, ...more] = statements
  return new Set(first.filter((scope) => more.every((others) => others.includes(scope))))
}

/** Whoever proved who they are, and what their credential allows. */
export interface Caller {
  readonly principal: Principal
  readonly scopes: ReadonlySet<Scope>
  /** False once the credential has ended or was revoked: what runs for long asks again. */
  isStillGood(nowMs: number): boolean
}

export const OWNER: Caller = { principal: { kind: 'owner' }, scopes: new Set(SCOPES), isStillGood: () => true }

export const mayAny = (caller: Caller, scopes: readonly Scope[]): boolean =>
  scopes.some((scope) => caller.scopes.has(scope))

export type LockRefusal = 'not-owner' | 'wrong-organization'

/** Why a principal may not command or see a lock; null when it may. */
export function lockRefusal(principal: Principal, lock: Pick<Lock, 'owner' | 'organization'>): LockRefusal | null {
  switch (principal.kind) {
    case 'owner':
    case 'staff':
      return null
    case 'user':
      return lock.owner === principal.userId ? null : 'not-owner'
    case 'service':
      return lock.organization === principal.organization ? null : 'wrong-organization'
    case 'guest':
      return 'not-owner'
    default:
      return unreachable(principal)
  }
}
