import { Gauge, type Registry } from 'prom-client'
import { ALARMS } from '#domain/alarms/alarm-kinds.ts'
import type { PresenceCounts } from '#domain/locks/presence-counts.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Readiness, ReadinessCheck } from '#domain/upkeep/readiness.ts'

const VALUE_OF = { ok: 0, warning: 1, failed: 2 } as const satisfies Record<ReadinessCheck['status'], number>

export interface MeasuredSite {
  readonly presence: { counts(): Promise<PresenceCounts> }
  /** Alarms that stand, by kind; a kind without one may be missing. */
  standingByKind(): Promise<readonly { readonly kind: string; readonly count: number }[]>
  readonly readiness: Readiness
}

/** How the site is: counts alone, so that no series names a door, a key or a person. */
export function siteMetrics(registry: Registry, { presence, standingByKind, readiness }: MeasuredSite): void {
  const registers = [registry]
  new Gauge({
    name: 'latchkey_locks',
    help: 'Locks by how they are: online, offline, never_came, without_key, retired.',
    labelNames: ['state'] as const,
    registers,
    async collect() {
      const { online, offline, neverCame, withoutKey, retired } = await presence.counts()
      const states = { online, offline, never_came: neverCame, without_key: withoutKey, retired }
      for (const [state, count] of Object.entries(states)) this.set({ state }, count)
    },
  })
  new Gauge({
    name: 'latchkey_alarms',
    help: 'Alarms that stand, by kind and severity.',
    labelNames: ['kind', 'severity'] as const,
    registers,
    async collect() {
      const standing = await known(standingByKind())
      if (standing === null) return this.reset()
      for (const [kind, { severity }] of Object.entries(ALARMS)) {
        this.set({ kind, severity }, standing.get(kind) ?? 0)
      }
    },
  })
  new Gauge({
    name: 'latchkey_check',
    help: 'Each check of /readyz: 0 ok, 1 warning, 2 failed.',
    labelNames: ['check'] as const,
    registers,
    async collect() {
      this.reset()
      for (const [check, { status }] of Object.entries(await readiness())) this.set({ check }, VALUE_OF[status])
    },
  })
}

/** A store that can't be read must not hide everything else. */
async function known(
  counting: ReturnType<MeasuredSite['standingByKind']>,
): Promise<ReadonlyMap<string, number> | null> {
  try {
    return new Map((await counting).map(({ kind, count }) => [kind, count]))
  } catch (error) {
    if (error instanceof StoreFault) return null
    throw error
  }
}
