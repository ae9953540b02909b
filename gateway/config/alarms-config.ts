import { z } from 'zod'
import { file, fits, host, isHttpUrl, port, text } from './values.ts'

const SEVERITIES = ['notice', 'warning', 'critical'] as const

/** Rules about two settings compare what was given, whatever else is wrong. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day such as 22:00' })
const quietHours = z.strictObject({ from: timeOfDay, until: timeOfDay }).refine(({ from, until }) => from !== until, {
  error: 'must be another time than from: for no quiet hours at all say null',
  path: ['until'],
})

const address = z
  .string()
  .max(320)
  .regex(/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/, {
    error: 'must be a mail address alone, such as doors@example.org',
  })
const url = text(2_000).refine(isHttpUrl, {
  error: 'must be an http or https URL without user, password and fragment',
})
/** What a URL leads to may be a secret by itself: then it stands in a file. */
const justOneUrl = {
  isFine: (given: { url?: unknown; urlFile?: unknown }): boolean => isGiven(given.url) !== isGiven(given.urlFile),
  how: {
    error: 'must be given, or urlFile instead of it: a file with the URL alone, for one that is itself a secret',
    path: ['url'],
    when: fits(z.looseObject({})),
  },
}

/** Headers that are made by the sender. */
const OURS =
  /^(authorization|connection|content-.*|expect|host|idempotency-key|transfer-encoding|user-agent|webhook-.*)$/
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'must be the name of a header' })
  .refine((name) => !OURS.test(name.toLowerCase()), {
    error: 'is made by the gateway itself; a token belongs into bearerTokenFile',
  })
const headerValue = z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,498}[\x21-\x7e])?$/, {
  error: 'must be 1–500 characters of ASCII, without a space at an end',
})

const ofEvery = {
  /** Stands in the log, in lists and in `alarms test --to`. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, {
    error: 'must be 1–32 of a-z, 0-9 and -, beginning with a letter or digit',
  }),
  leastSeverity: z.enum(SEVERITIES).default('warning'),
  /** By the wall clock of the site. */
  quietHours: quietHours.nullable().default(null),
}

const httpReceiver = z
  .strictObject({
    ...ofEvery,
    kind: z.literal('http'),
    format: z.enum(['json', 'ntfy', 'slack']).default('json'),
    url: url.nullable().default(null),
    /** A file with the URL alone. */
    urlFile: file.nullable().default(null),
    headers: z.record(headerName, headerValue).default({}),
    /** A file with the token alone. */
    bearerTokenFile: file.nullable().default(null),
    /** A file with the secret alone; without one, nothing is signed. */
    hmacSecretFile: file.nullable().default(null),
    /** PEM; in place of the authorities that this machine trusts. */
    caFile: file.nullable().default(null),
  })
  .refine(justOneUrl.isFine, justOneUrl.how)

const mailReceiver = z
  .strictObject({
    ...ofEvery,
    kind: z.literal('mail'),
    host,
    port: port.refine((given) => given > 0, { error: 'must be a port such as 587' }).default(587),
    /** `implicit`: TLS from the first byte, port 465. `starttls-required`: never a mail without it. `none`: in the clear. */
    tls: z.enum(['implicit', 'starttls-required', 'none']).default('starttls-required'),
    /** PEM; in place of the authorities that this machine trusts. */
    caFile: file.nullable().default(null),
    user: text(320).nullable().default(null),
    /** A file with the password alone. */
    passwordFile: file.nullable().default(null),
    from: address,
    to: z.array(address).min(1).max(20),
  })
  .refine(({ user, passwordFile }) => isGiven(user) === isGiven(passwordFile), {
    error: 'must go with user, and user with it',
    path: ['passwordFile'],
    when: fits(z.looseObject({})),
  })
  .refine(({ user, tls }) => !isGiven(user) || tls !== 'none', {
    error: 'must not be none when there is a user: the password would go over the network in the clear',
    path: ['tls'],
    when: fits(z.looseObject({})),
  })

const commandReceiver = z.strictObject({
  ...ofEvery,
  kind: z.literal('command'),
  /** The program and its arguments; no shell reads them. */
  argv: z
    .array(
      z
        .string()
        .max(4_000)
        .regex(/^[^\0]*$/, { error: 'must not have a NUL' }),
    )
    .min(1)
    .max(64)
    .refine(([program = '']) => program.startsWith('/'), {
      error: 'must begin with the absolute path of a program: nobody else’s of that name is found then',
    }),
  timeoutS: z.int().min(1).max(60).default(10),
})

const receiver = z.discriminatedUnion('kind', [httpReceiver, mailReceiver, commandReceiver], {
  error: 'must have as kind http, mail or command',
})

const heartbeat = z
  .strictObject({
    url: url.nullable().default(null),
    /** A file with the URL alone. */
    urlFile: file.nullable().default(null),
    everyMin: z.int().min(1).max(60).default(5),
    /** PEM; in place of the authorities that this machine trusts. */
    caFile: file.nullable().default(null),
  })
  .refine(justOneUrl.isFine, justOneUrl.how)

export const alarms = z.strictObject({
  /** Minutes that a lock may be away before the site is told. */
  offlineAfterMin: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(10),
  /** Who is told. */
  notify: z
    .array(receiver)
    .max(16)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
      error: 'must have a different name each',
      when: fits(z.array(z.looseObject({ name: z.string() }))),
    })
    .default([]),
  /** Called while the gateway works: whoever is called tells somebody when it no longer is. */
  heartbeat: heartbeat.nullable().default(null),
})

type Alarms = z.output<typeof alarms>
export type ReceiverConfig = Alarms['notify'][number]
export type HeartbeatConfig = NonNullable<Alarms['heartbeat']>

/** Relative paths of files become absolute. */
export function alarmsWithAbsolutePaths(given: Alarms, resolve: (file: string) => string): Alarms {
  const resolved = (name: string | null) => (name === null ? null : resolve(name))
  const ofReceiver = (one: ReceiverConfig): ReceiverConfig => {
    switch (one.kind) {
      case 'http':
        return {
          ...one,
          urlFile: resolved(one.urlFile),
          bearerTokenFile: resolved(one.bearerTokenFile),
          hmacSecretFile: resolved(one.hmacSecretFile),
          caFile: resolved(one.caFile),
        }
      case 'mail':
        return { ...one, caFile: resolved(one.caFile), passwordFile: resolved(one.passwordFile) }
      case 'command':
        return one
    }
  }
  const { heartbeat: beat } = given
  return {
    ...given,
    notify: given.notify.map(ofReceiver),
    heartbeat: beat === null ? null : { ...beat, urlFile: resolved(beat.urlFile), caFile: resolved(beat.caFile) },
  }
}
