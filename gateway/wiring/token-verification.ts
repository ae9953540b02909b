import type { Config } from '#config/config.ts'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { createTokenVerifier, type TokenVerifier } from '#http/auth/token-verifier.ts'
import { StartupError } from '#runtime/startup-error.ts'

interface Deps {
  readonly clock: Clock
  readonly log: Log
}

/** Null without a `jwt` section: then no token is good. @throws StartupError with what to do */
export async function openTokenVerification(jwt: Config['jwt'], deps: Deps): Promise<TokenVerifier | null> {
  if (jwt === null) return null
  try {
    return await createTokenVerifier(jwt.issuers, deps)
  } catch (error) {
    throw new StartupError(`${error instanceof Error ? error.message : String(error)}: put the issuer's keys there`)
  }
}
