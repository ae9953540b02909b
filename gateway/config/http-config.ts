import { z } from 'zod'
import { SERVICES } from '#http/contract/http-deps.ts'
import { file, fits, host, isOrigin, LOOPBACK, port, WILDCARDS } from './values.ts'

const perMinute = z.int().min(1).max(1_000_000)

const listener = z.strictObject({
  host: host.default('127.0.0.1'),
  port: port.default(8_080),
  /** Routes of other services answer 404 on this listener. By default all; `staff` only where nobody can read along. */
  serves: z.array(z.enum(SERVICES)).min(1).optional(),
  /** PEM files. */
  tls: z.strictObject({ certFile: file, keyFile: file }).nullable().default(null),
})
type Listening = z.infer<typeof listener>

/** Whoever is between a browser and this listener can read what they say to each other. */
const isOpenWay = ({ tls, host: at }: Pick<Listening, 'tls' | 'host'>): boolean => tls === null && !LOOPBACK.test(at)

/** In so many words, so that nobody sets it without knowing what it does. */
const OVER_PLAIN_HTTP = 'whoever is on the way can read their sessions'

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
    listeners: listeners.default([{ host: '127.0.0.1', port: 8_080, tls: null }]),
    /** Serves the staff without TLS at addresses that others reach; null never does. */
    staffOverPlainHttp: z
      .literal(OVER_PLAIN_HTTP, { error: `must be null, or the words "${OVER_PLAIN_HTTP}"` })
      .nullable()
      .default(null),
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
  .check(({ value, issues }) => {
    for (const [at, one] of value.listeners.entries()) {
      if (value.staffOverPlainHttp !== null || !isOpenWay(one) || one.serves?.includes('staff') !== true) continue
      issues.push({
        code: 'custom',
        input: one.serves,
        path: ['listeners', at, 'serves'],
        message: `must not have "staff" without tls at an address that others reach: give it tls, serve the staff at 127.0.0.1, or set http.staffOverPlainHttp to "${OVER_PLAIN_HTTP}"`,
      })
    }
  })
  .transform(({ listeners: all, ...rest }) => ({
    ...rest,
    listeners: all.map(({ serves, ...one }) => {
      const usual = SERVICES.filter((each) => each !== 'staff' || !isOpenWay(one) || rest.staffOverPlainHttp !== null)
      return { ...one, serves: serves ?? usual }
    }),
  }))
