import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { OPENING_DEADLINE_MAX_MS } from '#domain/openings/opening-limits.ts'
import { SERVICES } from '#http/contract/http-deps.ts'
import { parseSiteId } from '#protocol/ids.ts'
import { describeMistakes } from './config-mistakes.ts'
import { jwt, withAbsolutePaths } from './jwt-config.ts'

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const text = (max: number) => z.string().min(1).max(max)
const host = text(253)
const port = z.int().min(0).max(65_535)
const file = text(1_000)

const PREPARED_MAX = 20_000
const perMinute = z.int().min(1).max(1_000_000)

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
/** No path, no query, no user: links begin with it, and redirects are relative to its root. */
const isOrigin = (url: string): boolean => {
  const parsed = URL.parse(url)
  return parsed === null || parsed.href === `${parsed.origin}/`
}
/** Rules about several settings are judged even when others are wrong: one message names every mistake. */
const fits =
  (shape: z.ZodType) =>
  ({ value }: { value: unknown }): boolean =>
    shape.safeParse(value).success

/** Whom a guest calls when a door stays shut. */
const contact = z.strictObject({
  name: text(100),
  /** As people write it; the page's link dials its digits. */
  phone: z
    .string()
    .max(40)
    .regex(/^\+?[0-9][0-9 ()/.-]*[0-9]$/, {
      error: 'must be a phone number such as +49 30 1234567: digits, and + ( ) / . - and spaces between them',
    })
    .nullable()
    .default(null),
  text: text(300).nullable().default(null),
})

const site = z.strictObject({
  id: z.string().transform((value, context) => {
    const id = parseSiteId(value)
    if (id !== null) return id
    context.issues.push({
      code: 'custom',
      message: 'must be 1–32 of a-z, 0-9 and -, beginning with a letter or digit',
      input: value,
    })
    return z.NEVER
  }),
  name: text(100),
  organization: text(128).nullable().default(null),
  timeZone: z.string().refine(isTimeZone, { error: 'must be an IANA time zone such as Europe/Berlin' }),
  contact: contact.nullable().default(null),
})

const listener = z.strictObject({
  host: host.default('127.0.0.1'),
  port: port.default(8_080),
  /** What it does not serve is 404 there. */
  serves: z
    .array(z.enum(SERVICES))
    .min(1)
    .default([...SERVICES]),
  /** PEM files. */
  tls: z.strictObject({ certFile: file, keyFile: file }).nullable().default(null),
})
const listeners = z
  .array(listener)
  .min(1)
  .max(16)
  .refine(
    (all) =>
      new Set(all.filter((one) => one.port !== 0).map((one) => `${one.host} ${one.port}`)).size ===
      all.filter((one) => one.port !== 0).length,
    {
      error: 'must be different from each other in host or port',
    },
  )

const http = z
  .strictObject({
    /** The base of every link that is given out; by default the first listener's own address. */
    publicUrl: z
      .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
      .refine(isOrigin, { error: 'must be scheme, host and port alone, such as https://keys.example.org' })
      .nullable()
      .default(null),
    listeners: listeners.default([{ host: '127.0.0.1', port: 8_080, serves: [...SERVICES], tls: null }]),
    /** Proxies whose X-Forwarded-For names the guest's address. */
    trustProxy: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'must be an IP address or a range' }))
      .max(64)
      .default([]),
    limits: z
      .strictObject({
        failuresPerAddressPerMinute: perMinute.default(20),
        commandsPerKeyPerMinute: perMinute.default(30),
        callsPerCredentialPerMinute: perMinute.default(600),
      })
      .prefault({}),
  })
  .refine(({ publicUrl, listeners: [first] }) => publicUrl !== null || !WILDCARDS.has(first?.host ?? ''), {
    error: 'must be set when the first listener has no address of its own: links need one',
    path: ['publicUrl'],
    when: fits(
      z.looseObject({ publicUrl: z.string().nullish(), listeners: z.array(z.looseObject({ host: z.string() })) }),
    ),
  })

const embeddedBroker = z
  .strictObject({
    mode: z.literal('embedded'),
    host: host.default('127.0.0.1'),
    port: port.default(1_883),
    /** The address that locks are flashed with, when it is not the one that the broker listens on. */
    advertisedHost: host.nullable().default(null),
  })
  .refine((broker) => broker.advertisedHost !== null || !WILDCARDS.has(broker.host), {
    error: 'must be set when the broker listens on every address: locks are flashed with one',
    path: ['advertisedHost'],
    when: fits(z.looseObject({ host: z.string(), advertisedHost: z.string().nullish() })),
  })
const externalBroker = z.strictObject({
  mode: z.literal('external'),
  url: z
    .url({ protocol: /^mqtts?$/, error: 'must be an mqtt or mqtts URL', abort: true })
    .refine((url) => /^mqtts?:\/\/[^/@]+\/?$/.test(url), {
      error: 'must be mqtt://host:port or mqtts://host:port; user and password have their own settings',
    }),
  userName: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, { error: 'must be 1–64 of a-z, 0-9 and -, beginning with a letter' }),
  /** A file with the password alone. */
  passwordFile: file,
})

const opening = z
  .strictObject({
    deadlineMs: z.int().min(2_000).max(OPENING_DEADLINE_MAX_MS).default(OPENING_DEADLINE_MAX_MS),
    answerWaitMs: z.int().min(2_000).max(30_000).default(10_000),
    chargeUnconfirmedAfterH: z
      .int()
      .min(1)
      .max(24 * 365)
      .default(24),
  })
  .refine((value) => value.answerWaitMs >= value.deadlineMs, {
    error: 'must be at least opening.deadlineMs',
    path: ['answerWaitMs'],
    when: fits(z.looseObject({ deadlineMs: z.number(), answerWaitMs: z.number() })),
  })

/** Those without a key, that programs created; each costs every start and every list. */
const locks = z.strictObject({
  /** Of one organization, or of one user. */
  preparedPerOrganization: z.int().min(0).max(PREPARED_MAX).default(200),
  /** Of all together. */
  preparedInAll: z.int().min(0).max(PREPARED_MAX).default(2_000),
})

const schema = z.strictObject({
  site,
  dataDir: file.default('data'),
  http: http.prefault({}),
  broker: z.discriminatedUnion('mode', [embeddedBroker, externalBroker]).prefault({ mode: 'embedded' }),
  jwt: jwt.nullable().default(null),
  locks: locks.prefault({}),
  opening: opening.prefault({}),
  presence: z
    .strictObject({
      silenceMs: z.int().min(1_000).max(3_600_000).default(60_000),
      answerWaitMs: z.int().min(1_000).max(30_000).default(5_000),
    })
    .prefault({}),
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
  const { dataDir, broker, jwt: tokens, http: web, ...rest } = parsed.data
  const resolve = (name: string) => path.resolve(baseDir, name)
  return {
    ...rest,
    http: {
      ...web,
      listeners: web.listeners.map(({ tls, ...one }) => ({
        ...one,
        tls: tls === null ? null : { certFile: resolve(tls.certFile), keyFile: resolve(tls.keyFile) },
      })),
    },
    dataDir: resolve(dataDir),
    broker: broker.mode === 'external' ? { ...broker, passwordFile: resolve(broker.passwordFile) } : broker,
    jwt: tokens === null ? null : withAbsolutePaths(tokens, resolve),
  }
}

export function readConfig(fileName: string): Config {
  let content: string
  try {
    content = readFileSync(fileName, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `cannot read the config file ${fileName} (${reasonOf(error)}): copy config.example.json there, or name another with --config`,
    )
  }
  let input: unknown
  try {
    input = JSON.parse(content)
  } catch (error) {
    throw new ConfigError(`the config file ${fileName} is not JSON: ${reasonOf(error)}`)
  }
  try {
    return parseConfig(input, path.dirname(path.resolve(fileName)))
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ConfigError(`the config file ${fileName} has mistakes:\n${error.message}`)
    throw error
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
