import { z } from 'zod'
import { SERVICES } from '#http/contract/http-deps.ts'
import { file, fits, host, isOrigin, port, WILDCARDS } from './values.ts'

const perMinute = z.int().min(1).max(1_000_000)

const listener = z.strictObject({
  host: host.default('127.0.0.1'),
  port: port.default(8_080),
  /** Routes of other services answer 404 on this listener. */
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

export const http = z
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
