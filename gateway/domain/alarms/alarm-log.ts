import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import { type AlarmName, adviceOf, type Sighting, type StoredSighting } from './alarm.ts'
import { ALARMS, type AlarmKind, type AlarmSeverity } from './alarm-kinds.ts'
import { SightingCounts } from './sighting-counts.ts'

const LEVEL_OF = { notice: 'info', warning: 'warn', critical: 'error' } as const satisfies Record<
  AlarmSeverity,
  keyof Log
>

/** Tells the log of every alarm: at its severity when it is raised, and once a minute while it is seen again. */
export class AlarmLog {
  readonly #log: Log
  readonly #counts: SightingCounts

  constructor(log: Log, clock: Pick<Clock, 'monotonicMs'>) {
    this.#log = log
    this.#counts = new SightingCounts(clock)
  }

  /** Of sightings that are stored. */
  readonly saw = (sightings: readonly StoredSighting[]): void => {
    for (const sighting of sightings) {
      const times = this.#counts.take(sighting)
      if (sighting.isNew) this.#tell({ ...sighting, times: times ?? sighting.times }, 'alarm raised')
      else if (times !== null) this.#tell({ ...sighting, times }, 'alarm seen again')
    }
  }

  /** Logs a sighting that could not be stored: the log is then the only place that tells of it. */
  notStored(sighting: Sighting): void {
    this.#tell(sighting, 'alarm raised, and not stored')
  }

  cleared(kind: AlarmKind, lockId: LockId | null): void {
    this.#counts.forget({ kind, lockId })
    this.#log.info({ alarm: kind, lockId }, 'alarm cleared')
  }

  /** Call when a person ended one: the next of its kind is told at once. */
  forget(name: AlarmName): void {
    this.#counts.forget(name)
  }

  #tell(sighting: Sighting, what: string): void {
    const { kind, lockId, about, times } = sighting
    const fields = { alarm: kind, lockId, about, times, advice: adviceOf(sighting) }
    this.#log[LEVEL_OF[ALARMS[kind].severity]](fields, what)
  }
}
