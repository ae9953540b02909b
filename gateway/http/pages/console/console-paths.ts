import type { LockId } from '#protocol/ids.ts'

/** Where the pages of the console are, once. */
export const CONSOLE = {
  home: '/console',
  doors: '/console/doors',
  alarms: '/console/alarms',
  mutes: '/console/mutes',
  keys: '/console/keys',
  newKey: '/console/keys/new',
  revokeKeys: '/console/keys/revoke',
  keyCards: '/console/keys/cards',
  log: '/console/log',
  logFile: '/console/log/file',
  health: '/console/health',
  signIn: '/console/sign-in',
  signOut: '/console/sign-out',
} as const

/** The page of one door. */
export const doorPath = (lockId: LockId): string => `${CONSOLE.doors}/${lockId}`

/** @param query parts that are null or empty are left out */
export function withQuery(path: string, query: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === null || value === '' ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

/** @param number what staff call the key by: it opens nothing, and so may stand in an address */
export const keyPath = (number: number): string => `${CONSOLE.keys}/${number}`
