import { z } from 'zod'
import { file, fits, host, port, WILDCARDS } from './values.ts'

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
  /** The address that locks are flashed with, when it is not the one by which the gateway comes to the broker. */
  advertisedHost: host.nullable().default(null),
})

export const broker = z.discriminatedUnion('mode', [embeddedBroker, externalBroker])
