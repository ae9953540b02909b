import { z } from 'zod'

/** What settings of several sections are made of. */
export const text = (max: number) => z.string().min(1).max(max)
export const host = text(253)
export const port = z.int().min(0).max(65_535)
export const file = text(1_000)

/** Addresses at which nobody elsewhere finds this machine. */
export const LOOPBACK = /^(?:localhost|127[.].*|::1)$/
/** Every address of this machine. */
export const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
/** No path, no query, no user: links begin with it, and redirects are relative to its root. */
export const isOrigin = (url: string): boolean => {
  const parsed = URL.parse(url)
  return parsed === null || parsed.href === `${parsed.origin}/`
}
/** A user or password in a URL ends in logs; a fragment is never sent. */
export const isHttpUrl = (url: string): boolean => {
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return false
  return parsed.username === '' && parsed.password === '' && parsed.hash === ''
}
/** Rules about several settings are judged even when others are wrong: one message names every mistake. */
export const fits =
  (shape: z.ZodType) =>
  ({ value }: { value: unknown }): boolean =>
    shape.safeParse(value).success
