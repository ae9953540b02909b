/** What a gateway writes of its own run, for the one after it. */
export interface KeptRun {
  readonly version: string
  /** Another one after each start of the machine; null where the system tells none. */
  readonly machineStart: string | null
  /** UTC. When it was last known to run. */
  readonly aliveAtMs: number
  /** UTC. When it was ended in good order; null as long as it was not. */
  readonly endedAtMs: number | null
}

/**
 * How the run before this one ended. `ended`: in good order, as for an update. `stopped`: without a word while the machine ran on,
 * as when it crashes or is killed. `machine-stopped`: without a word, and the machine has started since, as after a power cut.
 * `silent`: without a word, and nobody can tell which of the two. `unknown`: nothing is known of a run before.
 */
export type RunBefore =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'ended' | 'stopped' | 'machine-stopped' | 'silent'
      readonly version: string
      /** UTC. Its end; of one without a word, when it was last known to run. */
      readonly atMs: number
    }

export function judgeRunBefore(kept: KeptRun | null, machineStart: string | null): RunBefore {
  if (kept === null) return { kind: 'unknown' }
  const { version, aliveAtMs, endedAtMs } = kept
  if (endedAtMs !== null) return { kind: 'ended', version, atMs: endedAtMs }
  const isKnown = kept.machineStart !== null && machineStart !== null
  const kind = !isKnown ? 'silent' : kept.machineStart === machineStart ? 'stopped' : 'machine-stopped'
  return { kind, version, atMs: aliveAtMs }
}
