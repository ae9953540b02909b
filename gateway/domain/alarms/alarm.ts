import type { LockId } from '#protocol/ids.ts'

/** `notice`: to be read some day. `warning`: somebody should look. `critical`: somebody should look now. */
export type AlarmSeverity = 'notice' | 'warning' | 'critical'

interface KindOfAlarm {
  readonly severity: AlarmSeverity
  /** A sentence or two for whoever is called at night; one that depends on what was seen comes with the sighting. */
  readonly advice: string
}

/** Every condition that is raised, by its stable slug. One of a kind stands at most once per lock. */
export const ALARMS = {
  'ack-orphaned': {
    severity: 'warning',
    advice:
      'The lock answered a command that this store never held: was a backup restored, or is a second gateway at work?',
  },
  'lock-contradicts-itself': {
    severity: 'critical',
    advice: 'The lock signed two different outcomes of one command: check its firmware, and the door itself.',
  },
  'key-overused': {
    severity: 'warning',
    advice: 'A truthful late answer brought a key above its maximum of uses: see the events of this lock.',
  },
  'opening-charged-by-age': {
    severity: 'notice',
    advice: 'The lock never said what became of an opening, so its use was charged: check that the lock is reachable.',
  },
  'lock-floods': {
    severity: 'warning',
    advice:
      'The lock says more than a working one can, so it is cut off for a while, again and again: is its firmware broken, or does somebody else have its key or password?',
  },
  'lock-contested': {
    severity: 'critical',
    advice: 'Two devices connect as this lock in turn: look which of them hangs on the door, and take the other off.',
  },
  'prepared-locks-full': {
    severity: 'warning',
    advice: 'Programs may prepare no more locks without a key: is one broken, or its credential in wrong hands?',
  },
  'token-keys-unusable': {
    severity: 'warning',
    advice: 'A file of token keys can’t be used: the old keys stay in use, put a whole file there.',
  },
} as const satisfies Record<string, KindOfAlarm>

export type AlarmKind = keyof typeof ALARMS

/** One or more observations of a condition: they raise its alarm, or add to the count when it is raised already. */
export interface Sighting {
  readonly kind: AlarmKind
  /** Null for the site's own. */
  readonly lockId: LockId | null
  /** What it is about: an opening's or command's id, or a keyRef. */
  readonly about: string | null
  /** How often it was seen since it was last told, 1 or more. */
  readonly times: number
  /** Replaces the advice in `ALARMS` where it depends on what was seen. */
  readonly advice?: string
}

export const adviceOf = ({ kind, advice }: Pick<Sighting, 'kind' | 'advice'>): string => advice ?? ALARMS[kind].advice

/** A condition with a beginning and an end, as it is stored. */
export interface Alarm {
  /** A slug of `ALARMS`, or one of an earlier version. */
  readonly kind: string
  readonly lockId: LockId | null
  readonly severity: AlarmSeverity
  readonly sinceMs: number
  readonly lastSeenMs: number
  /** How often it was seen since it was raised. */
  readonly count: number
  readonly clearedAtMs: number | null
  readonly about: string | null
  readonly advice: string
}

/** What is told of a sighting once it is stored: `isNew` when it raised the alarm. */
export interface StoredSighting extends Sighting {
  readonly isNew: boolean
}
