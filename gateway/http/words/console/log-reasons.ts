/** Why an opening came to that, by the slug that is stored. A lock may have reasons of its own: those are shown as they are. */
export interface LogReasons {
  readonly 'key-revoked': string
  readonly 'key-not-yet-valid': string
  readonly 'key-expired': string
  readonly 'key-used-up': string
  readonly 'not-whitelisted': string
  readonly 'lock-offline': string
  readonly overloaded: string
  readonly 'store-failed': string
  readonly silent: string
  readonly reset: string
  readonly contradiction: string
  readonly 'too-old': string
  readonly privacy: string
  readonly lockdown: string
  readonly battery: string
  readonly busy: string
  readonly jammed: string
  readonly 'not-executed': string
  readonly 'power-lost': string
  readonly unsupported: string
  readonly 'other-boot': string
  readonly 'deadline-passed': string
  readonly 'deadline-too-far': string
  readonly counter: string
}

export const englishReasons: LogReasons = {
  'key-revoked': 'the key was revoked',
  'key-not-yet-valid': 'the key was not valid yet',
  'key-expired': 'the key had expired',
  'key-used-up': 'the key was used up',
  'not-whitelisted': 'the key is for other people',
  'lock-offline': 'the lock was offline',
  overloaded: 'too much was under way',
  'store-failed': 'the store failed',
  silent: 'the lock did not answer',
  reset: 'the lock restarted meanwhile',
  contradiction: 'the lock contradicts itself',
  'too-old': 'nothing was heard of it for too long',
  privacy: 'privacy was on',
  lockdown: 'the lock was locked down',
  battery: 'the battery was too low',
  busy: 'the bolt was moving',
  jammed: 'the bolt was jammed',
  'not-executed': 'the lock did not begin',
  'power-lost': 'the lock lost its power',
  unsupported: 'the lock can’t do this',
  'other-boot': 'the lock had restarted',
  'deadline-passed': 'the command came too late',
  'deadline-too-far': 'the command was good for too long',
  counter: 'the lock knew a newer command',
}

export const germanReasons: LogReasons = {
  'key-revoked': 'der Schlüssel war zurückgezogen',
  'key-not-yet-valid': 'der Schlüssel galt noch nicht',
  'key-expired': 'der Schlüssel war abgelaufen',
  'key-used-up': 'der Schlüssel war aufgebraucht',
  'not-whitelisted': 'der Schlüssel ist für andere',
  'lock-offline': 'das Schloss war offline',
  overloaded: 'zu viel war auf einmal im Gange',
  'store-failed': 'der Speicher versagte',
  silent: 'das Schloss antwortete nicht',
  reset: 'das Schloss startete inzwischen neu',
  contradiction: 'das Schloss widerspricht sich',
  'too-old': 'zu lange kam keine Nachricht davon',
  privacy: 'von innen war gesperrt',
  lockdown: 'das Schloss war gesperrt',
  battery: 'die Batterie war zu schwach',
  busy: 'der Riegel bewegte sich gerade',
  jammed: 'der Riegel klemmte',
  'not-executed': 'das Schloss begann nicht',
  'power-lost': 'das Schloss verlor den Strom',
  unsupported: 'das Schloss kann das nicht',
  'other-boot': 'das Schloss war neu gestartet',
  'deadline-passed': 'der Befehl kam zu spät',
  'deadline-too-far': 'der Befehl galt zu lange',
  counter: 'das Schloss kannte einen neueren Befehl',
}
