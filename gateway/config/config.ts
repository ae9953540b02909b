import path from 'node:path'
import { z } from 'zod'
import { alarms, alarmsWithAbsolutePaths } from './alarms-config.ts'
import { broker } from './broker-config.ts'
import { describeMistakes } from './config-mistakes.ts'
import { locks, opening, presence } from './doors-config.ts'
import { http } from './http-config.ts'
import { jwt, withAbsolutePaths } from './jwt-config.ts'
import { site } from './site-config.ts'
import { file } from './values.ts'

const schema = z.strictObject({
  site,
  dataDir: file.default('data'),
  http: http.prefault({}),
  broker: broker.prefault({ mode: 'embedded' }),
  jwt: jwt.nullable().default(null),
  locks: locks.prefault({}),
  opening: opening.prefault({}),
  presence: presence.prefault({}),
  alarms: alarms.prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') }).prefault({}),
})

export type Config = z.infer<typeof schema>
export type ConfigInput = z.input<typeof schema>

/** Every mistake of a config at once, each with its path, its rule and its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Relative paths are taken from `baseDir`. */
export function parseConfig(input: unknown, baseDir: string): Config {
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw new ConfigError(describeMistakes(parsed.error.issues, input))
  const { dataDir, site: place, broker: way, jwt: tokens, http: web, alarms: told, ...rest } = parsed.data
  const resolve = (name: string) => path.resolve(baseDir, name)
  return {
    ...rest,
    site: { ...place, logo: place.logo === null ? null : resolve(place.logo) },
    http: {
      ...web,
      listeners: web.listeners.map(({ tls, ...one }) => ({
        ...one,
        tls: tls === null ? null : { certFile: resolve(tls.certFile), keyFile: resolve(tls.keyFile) },
      })),
    },
    dataDir: resolve(dataDir),
    broker: way.mode === 'external' ? { ...way, passwordFile: resolve(way.passwordFile) } : way,
    jwt: tokens === null ? null : withAbsolutePaths(tokens, resolve),
    alarms: alarmsWithAbsolutePaths(told, resolve),
  }
}
