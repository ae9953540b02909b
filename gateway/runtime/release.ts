import { readFileSync } from 'node:fs'
import { z } from 'zod'

const packageJson = z.object({ version: z.string(), latchkey: z.object({ releaseDate: z.iso.date() }) })

export interface Release {
  readonly version: string
  /** UTC, ms since 1970. */
  readonly releasedAtMs: number
}

/** This copy's version and release date, as package.json has them. */
export function readRelease(): Release {
  const { version, latchkey } = packageJson.parse(
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
  )
  return { version, releasedAtMs: Date.parse(`${latchkey.releaseDate}T00:00:00Z`) }
}
