import type { AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'

type Facts = Readonly<Record<string, string | number | null>>

/**
 * How one part of a running site is. `failed`: doors can't be opened. `warning`: they can, and somebody should look.
 * Anybody who reaches the health routes may read it, so nothing of it is ever a URL, a name of somebody, or a path.
 */
export interface ReadinessCheck {
  readonly status: 'ok' | 'warning' | 'failed'
  /** How soon somebody should look; null while all is well. What failed is always critical. */
  readonly severity: AlarmSeverity | null
  /** A stable slug for programs; null while all is well. */
  readonly reason: string | null
  /** One sentence: how it is. */
  readonly message: string
  /** What to do; null while all is well. */
  readonly advice: string | null
  readonly facts?: Facts
}

/** Every part of the site by its name. */
export type Readiness = () => Promise<Readonly<Record<string, ReadinessCheck>>>

interface Trouble {
  readonly reason: string
  readonly message: string
  readonly advice: string
  readonly facts?: Facts
}

export const isWell = (message: string, facts?: Facts): ReadinessCheck => ({
  ...{ status: 'ok', severity: null, reason: null, message, advice: null },
  ...(facts !== undefined && { facts }),
})

export const warns = (trouble: Trouble & { readonly severity: AlarmSeverity }): ReadinessCheck => ({
  status: 'warning',
  ...trouble,
})

export const hasFailed = (trouble: Trouble): ReadinessCheck => ({ status: 'failed', severity: 'critical', ...trouble })
