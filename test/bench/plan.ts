/** How much is measured. `quick` takes under a minute and can't rot; its figures are for nobody's slides. */
export interface Plan {
  readonly name: 'full' | 'quick'
  readonly rounds: number
  readonly secondsARound: number
  readonly connections: readonly number[]
  /** Locks that share the load of the throughput rounds: a hotel. */
  readonly busyLocks: number
  /** Locks that are all opened at once: a campus. */
  readonly locks: number
  readonly keys: number
  readonly idleOpens: number
  readonly million: number
  readonly memoryLocks: readonly number[]
  readonly growth: readonly number[]
  readonly slowCardSeconds: number
  readonly hostileLocks: number
  readonly hostileSeconds: number
}

export const FULL: Plan = {
  name: 'full',
  rounds: 4,
  secondsARound: 2,
  connections: [1, 10, 50, 200],
  busyLocks: 250,
  locks: 1_000,
  keys: 20_000,
  idleOpens: 400,
  million: 1_000_000,
  memoryLocks: [1_000, 5_000],
  growth: [1, 2, 4, 8],
  slowCardSeconds: 6,
  hostileLocks: 50,
  hostileSeconds: 30,
}

export const QUICK: Plan = {
  name: 'quick',
  rounds: 1,
  secondsARound: 1,
  connections: [1, 50],
  busyLocks: 100,
  locks: 200,
  keys: 4_000,
  idleOpens: 40,
  million: 20_000,
  memoryLocks: [200],
  growth: [1, 2],
  slowCardSeconds: 1,
  hostileLocks: 50,
  hostileSeconds: 5,
}
