/** `notice`: to be read some day. `warning`: somebody should look. `critical`: somebody should look now. */
export type AlarmSeverity = 'notice' | 'warning' | 'critical'

/** A `condition` clears by itself when its cause ends. An `occurrence` has happened, and ends when somebody acknowledges it. */
export type AlarmNature = 'condition' | 'occurrence'

/** Who acts on an alarm: at the door, at the appliance, or by deciding. */
export type AlarmRecipient = 'caretaker' | 'administrator' | 'manager'

export interface KindOfAlarm {
  readonly nature: AlarmNature
  readonly severity: AlarmSeverity
  /** What it means for the doors and for whoever stands before them. */
  readonly consequence: string
  /** The first action of whoever is called; one that depends on what was seen comes with the sighting. */
  readonly advice: string
  /** Who is to act, so that whoever is told knows whom to send. */
  readonly recipient: AlarmRecipient
  /** When it ends. */
  readonly end: string
  /** False for what may be an attack: no mute ever hides it. */
  readonly canBeMuted: boolean
}

const ACKNOWLEDGED = 'Somebody acknowledges it.'
const occurrence = { nature: 'occurrence', end: ACKNOWLEDGED, canBeMuted: true } as const
const condition = { nature: 'condition', canBeMuted: true } as const

/**
 * Every kind of alarm, by its stable slug: what has no first action is an event, and no alarm. One of a kind stands at most
 * once per lock. At most five are critical, or nobody would get up for them any more.
 */
export const ALARMS = {
  'store-failed': {
    ...condition,
    severity: 'critical',
    recipient: 'administrator',
    consequence: 'No door opens by a key: nothing can be stored before it is sent.',
    advice: 'Look at the disk of the appliance: is it full, read-only or broken?',
    end: 'A write of the gateway succeeds again.',
  },
  'disk-full': {
    ...condition,
    severity: 'critical',
    recipient: 'administrator',
    consequence: 'The store is about to take no more writes, and then no door opens.',
    advice:
      'Make room now on the disk that holds the data directory: old logs and backups first, never files of Latchkey.',
    end: 'More than 5 % of the disk are free.',
  },
  'broker-down': {
    ...condition,
    severity: 'critical',
    recipient: 'administrator',
    consequence: 'The gateway reaches no lock: every open is answered with lock-offline.',
    advice: 'Look whether the broker runs, and whether its address and the gateway’s password are still right.',
    end: 'The gateway has been connected to the broker for 30 s.',
  },
  'lock-contradicts-itself': {
    ...occurrence,
    severity: 'critical',
    recipient: 'manager',
    consequence: 'What this lock says of its bolt can’t be relied on: the door may stand open.',
    advice: 'The lock signed two different outcomes of one command: check its firmware, and the door itself.',
    canBeMuted: false,
  },
  'lock-contested': {
    ...occurrence,
    severity: 'critical',
    recipient: 'manager',
    consequence:
      'Openings fail while the two take the connection from each other, and one of them may be a stranger’s.',
    advice: 'Two devices connect as this lock in turn: look which of them hangs on the door, and take the other off.',
    canBeMuted: false,
  },
  'lock-offline': {
    ...condition,
    severity: 'warning',
    recipient: 'caretaker',
    consequence: 'No key opens this door until the lock is back.',
    advice: 'Go to the door: has its lock power (battery, plug, fuse), and does the network reach it there?',
    end: 'The lock has been online for 2 minutes.',
  },
  'lock-never-came': {
    ...condition,
    severity: 'warning',
    recipient: 'caretaker',
    consequence: 'This door can’t be opened by a key yet.',
    advice: 'Flash the lock with the sheet of lock add and connect it, or retire it if it will never come.',
    end: 'The lock comes online for the first time, or is retired.',
  },
  'battery-low': {
    ...condition,
    severity: 'warning',
    recipient: 'caretaker',
    consequence: 'The lock opens its door for some weeks more, and then no longer.',
    advice: 'Put new batteries in within the week.',
    end: 'Two reports in a row tell of 30 % or more, or battery-critical takes its place.',
  },
  'battery-critical': {
    ...condition,
    severity: 'warning',
    recipient: 'caretaker',
    consequence: 'The lock may refuse to move its bolt any day.',
    advice: 'Put new batteries in today.',
    end: 'Two reports in a row tell of 10 % or more.',
  },
  'lock-refused-by-battery': {
    ...occurrence,
    severity: 'warning',
    recipient: 'caretaker',
    consequence: 'Somebody stood before this door with a good key, and it did not open.',
    advice: 'Put new batteries in now; until then the door opens by its mechanical key alone.',
  },
  'lock-jammed': {
    ...occurrence,
    severity: 'warning',
    recipient: 'caretaker',
    consequence: 'Somebody stood before this door with a good key, and its bolt did not move as it should.',
    advice: 'Try the door by hand: is it under pressure, is the strike plate off, is the bolt stuck?',
  },
  'opening-unconfirmed': {
    ...condition,
    severity: 'warning',
    recipient: 'caretaker',
    consequence: 'Nobody knows whether this door opened, and the use of a key is held.',
    advice: 'See that the lock is reachable, it will tell by itself; if it is lost, decide with opening settle.',
    end: 'The lock tells what became of it, somebody settles it, or it is charged for its age.',
  },
  'opening-charged-by-age': {
    ...occurrence,
    severity: 'notice',
    recipient: 'manager',
    consequence: 'A guest may have lost a use of a key to a door that never opened.',
    advice: 'The lock never said what became of an opening, so its use was charged: check that the lock is reachable.',
  },
  'ack-orphaned': {
    ...occurrence,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'A bolt may have moved for a command that is not in this store.',
    advice:
      'The lock answered a command that this store never held: was a backup restored, or is a second gateway at work?',
  },
  'key-overused': {
    ...occurrence,
    severity: 'warning',
    recipient: 'manager',
    consequence: 'A key opened its door more often than it was meant to.',
    advice: 'A truthful late answer brought a key above its maximum of uses: see the events of this lock.',
  },
  'lock-floods': {
    ...occurrence,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'While the lock is cut off, no key opens its door.',
    advice:
      'The lock says more than a working one can, so it is cut off for a while, again and again: is its firmware broken, or does somebody else have its key or password?',
  },
  'clock-untrusted': {
    ...condition,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'No door opens by a key: none can be judged.',
    advice: 'Set the appliance’s clock. If it is right and had been ahead before, say so with clock confirm.',
    end: 'The clock is trusted again.',
  },
  'disk-low': {
    ...condition,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'Doors open as ever; at the present pace the disk will be full some day.',
    advice: 'Make room on the disk that holds the data directory this week: old logs and backups first.',
    end: 'More than 12 % of the disk are free.',
  },
  'log-lines-lost': {
    ...occurrence,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'What happened in the meantime can’t be read in the log; events are whole.',
    advice: 'See that whatever reads the gateway’s log keeps up, and that the disk of the log has room.',
  },
  'prepared-locks-full': {
    ...occurrence,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'Programs are refused to create further locks.',
    advice: 'Programs may prepare no more locks without a key: is one broken, or its credential in wrong hands?',
  },
  'token-keys-unusable': {
    ...condition,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'Tokens that are signed by a new key are refused; those of the old keys go on working.',
    advice: 'A file of token keys can’t be used: the old keys stay in use, put a whole file there.',
    end: 'Every file of token keys can be used.',
  },
  'token-keys-stale': {
    ...condition,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'A token key that was withdrawn or added since is not known here.',
    advice: 'No refresh of token keys has succeeded for 24 hours: look at the way to the issuer.',
    end: 'The token keys of every issuer are refreshed.',
  },
  'access-ending': {
    ...condition,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'A program, or a person of the staff, is refused from that moment on.',
    advice:
      'Give the program a new API key with api-key create, and revoke the old one; give the person more time with staff until, or take the access back with staff remove.',
    end: 'The API key is revoked, the person removed or given more time, or it ended long ago.',
  },
  'nobody-told': {
    ...condition,
    severity: 'warning',
    recipient: 'administrator',
    consequence: 'Messages about alarms reach somebody no more, or nobody at all: look at the alarms themselves.',
    advice: 'See with alarms receivers what failed, mend it, and try it with alarms test.',
    end: 'A message to the same receiver arrives or it is taken out of alarms.notify; with no receiver, when no alarm stands.',
  },
} as const satisfies Record<string, KindOfAlarm>

export type AlarmKind = keyof typeof ALARMS

export const isAlarmKind = (name: string): name is AlarmKind => Object.hasOwn(ALARMS, name)
/** Null for a slug of another version of this program. */
export const kindOfAlarm = (kind: string): KindOfAlarm | null => (isAlarmKind(kind) ? ALARMS[kind] : null)
export const isCondition = (kind: AlarmKind): boolean => ALARMS[kind].nature === 'condition'
