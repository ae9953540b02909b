import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import type { Finding, OwnerApi } from './context.ts'
import { listLocks } from './list-locks.ts'

const severity = z.enum(['notice', 'warning', 'critical'])
const readiness = z.object({
  checks: z.record(
    z.string(),
    z.looseObject({ severity: severity.nullable(), message: z.string(), advice: z.string().nullable() }),
  ),
})
const alarms = z.object({
  alarms: z.array(z.looseObject({ kind: z.string(), severity, lockId: z.number().nullable(), advice: z.string() })),
})
const apiKeys = z.object({
  apiKeys: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      expiresAt: z.string().nullable(),
      revokedAt: z.string().nullable(),
    }),
  ),
})

const staff = z.object({
  staff: z.array(z.looseObject({ name: z.string(), role: z.string(), until: z.string(), hasEnded: z.boolean() })),
})

const ENDING_WITHIN_MS = 14 * 86_400_000
const BATTERY_LOW_PERCENT = 20
const NAMED_MAX = 10
/** Told by what is looked at besides, lock by lock or check by check. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  ...['lock-offline', 'lock-never-came', 'battery-low', 'battery-critical', 'access-ending', 'clock-untrusted'],
  ...[
    'broker-down',
    'store-failed',
    'disk-low',
    'disk-full',
    'token-keys-unusable',
    'token-keys-stale',
    'log-lines-lost',
  ],
])
/** Of the checks of `/readyz`, what is looked at here by itself. */
const CHECKED_HERE: ReadonlySet<string> = new Set(['locks', 'disk'])

/** What the records of a site tell; of a running gateway its checks too. */
export async function askSite(
  api: OwnerApi,
  {
    isRunning,
    servesStaff,
    nowMs,
    version,
  }: {
    readonly isRunning: boolean
    /** A listener serves the console. */
    readonly servesStaff: boolean
    readonly nowMs: number
    readonly version: string
  },
): Promise<readonly Finding[]> {
  return [
    ...(isRunning ? await ofChecks(api, version) : [NOT_RUNNING]),
    ...(await ofLocks(api, isRunning)),
    ...(await ofApiKeys(api, nowMs)),
    ...(await ofStaff(api, servesStaff, nowMs)),
    ...(await ofAlarms(api)),
  ]
}

const NOT_RUNNING: Finding = {
  ...{ id: 'gateway', severity: 'critical', what: 'No gateway runs, so no door opens.' },
  advice: 'Start it (latchkey serve, or the service of the machine); its log says why when it does not stay.',
}

async function ofChecks(api: OwnerApi, version: string): Promise<Finding[]> {
  const running = expectAnswer(await api('GET', '/healthz'), z.looseObject({ version: z.string() })).version
  const old: Finding = {
    ...{
      id: 'old-process',
      severity: 'warning',
      what: `The gateway that runs is ${running}, and ${version} is installed.`,
    },
    advice: 'Start it anew.',
  }
  // 503 is an answer here.
  const { checks } = readiness.parse((await api('GET', '/readyz')).body)
  const wrong = Object.entries(checks).flatMap(([name, check]): Finding[] =>
    check.severity === null || CHECKED_HERE.has(name)
      ? []
      : [{ id: `check-${name}`, severity: check.severity, what: check.message, advice: check.advice ?? '' }],
  )
  return running === version ? wrong : [old, ...wrong]
}

async function ofLocks(api: OwnerApi, isRunning: boolean): Promise<Finding[]> {
  const locks = await listLocks(api)
  const keyed = locks.filter(({ keyMadeBy }) => keyMadeBy !== null)
  const named = (some: typeof locks): string =>
    `${some
      .slice(0, NAMED_MAX)
      .map(({ lockId, name }) => `${lockId} ${name}`)
      .join(', ')}${some.length > NAMED_MAX ? ` and ${some.length - NAMED_MAX} more` : ''}`
  const about = (id: string, what: string, advice: string, some: typeof locks): Finding[] =>
    some.length === 0 ? [] : [{ id, severity: 'warning', what: `${what}: ${named(some)}.`, advice }]
  return [
    ...(locks.length === 0
      ? [
          {
            id: 'no-locks',
            severity: 'notice' as const,
            what: 'No lock has been added yet.',
            advice: 'lock add adds one, lock import many.',
          },
        ]
      : []),
    ...about(
      'locks-without-key',
      'Prepared, and not added',
      'Add them (lock add), or retire them.',
      locks.filter(({ keyMadeBy }) => keyMadeBy === null),
    ),
    ...(isRunning
      ? about(
          'locks-offline',
          'Not online',
          'latchkey lock show tells why: power, network, or never flashed.',
          keyed.filter(({ online }) => !online),
        )
      : []),
    ...about(
      'batteries',
      `Battery at ${BATTERY_LOW_PERCENT} % or less`,
      'Change the batteries before the doors stay shut.',
      keyed.filter(({ batteryPercent }) => typeof batteryPercent === 'number' && batteryPercent <= BATTERY_LOW_PERCENT),
    ),
  ]
}

async function ofApiKeys(api: OwnerApi, nowMs: number): Promise<Finding[]> {
  const all = expectAnswer(await api('GET', '/api-keys'), apiKeys).apiKeys
  return all.flatMap(({ name, expiresAt, revokedAt }): Finding[] => {
    if (revokedAt !== null || expiresAt === null || Date.parse(expiresAt) - nowMs > ENDING_WITHIN_MS) return []
    const isOver = Date.parse(expiresAt) <= nowMs
    const what = `The API key “${name}” ${isOver ? 'ended' : 'ends'} ${expiresAt}.`
    return [
      {
        id: 'api-key-ends',
        severity: 'warning',
        what,
        advice: 'Give its program a new one (api-key create), then revoke it.',
      },
    ]
  })
}

async function ofStaff(api: OwnerApi, servesStaff: boolean, nowMs: number): Promise<Finding[]> {
  const all = expectAnswer(await api('GET', '/staff'), staff).staff
  const noManager: Finding = {
    ...{ id: 'no-manager', severity: 'notice', what: 'The console is served, and nobody is its manager.' },
    advice: 'Give somebody the access with staff add NAME --role manager; until then staff are added at the appliance.',
  }
  const ending = all.flatMap(({ name, until, hasEnded }): Finding[] => {
    if (!hasEnded && Date.parse(until) - nowMs > ENDING_WITHIN_MS) return []
    const what = `The access of ${name} to the console ${hasEnded ? 'ended' : 'ends'} ${until}.`
    const advice = 'Give the person more time (staff until), or take the access back (staff remove).'
    return [{ id: 'staff-ends', severity: 'warning', what, advice }]
  })
  const hasManager = all.some(({ role, hasEnded }) => role === 'manager' && !hasEnded)
  return servesStaff && !hasManager ? [noManager, ...ending] : ending
}

async function ofAlarms(api: OwnerApi): Promise<Finding[]> {
  const standing = expectAnswer(await api('GET', '/alarms?limit=500&past=false'), alarms).alarms
  return standing.flatMap(({ kind, severity, lockId, advice }): Finding[] =>
    TOLD_ELSEWHERE.has(kind)
      ? []
      : [
          {
            id: `alarm-${kind}`,
            severity,
            what: `The alarm ${kind} stands${lockId === null ? '' : ` of lock ${lockId}`}.`,
            advice,
          },
        ],
  )
}
