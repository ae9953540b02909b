import type { OfflineWhy } from '#domain/locks/door-board.ts'
import type { SiteRefusal } from '#domain/openings/outcomes.ts'
import type { TempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import type { Plural } from '#http/words/guest-words.ts'

/** The page of one door. */
export interface OneDoorWords {
  readonly see: string
  /** What to look at when a door can't be opened. */
  readonly lookAt: Readonly<Record<OfflineWhy, string>>
  readonly lastHeard: string
  readonly board: string
  readonly boardNumber: (generation: number) => string
  readonly noBoard: string
  readonly uptime: string
  readonly batteryReplaced: string
  readonly notNoted: string
  readonly pulse: string
  readonly seconds: Plural
  readonly mutedUntil: string
  readonly notMuted: string

  readonly openings: string
  readonly noOpenings: string
  readonly noOlder: string
  readonly when: string
  readonly result: string
  readonly course: string
  readonly sent: string
  readonly acked: string
  readonly settled: string
  readonly lateWord: string
  readonly corrected: string
  readonly test: string

  readonly alarms: string
  readonly noAlarms: string
  readonly pastAlarms: string
  readonly noPast: string
  readonly allAlarms: string

  readonly keys: string
  readonly noKeys: string
  readonly keyStates: Readonly<Record<TempKeyStatus, string>>
  readonly validUntil: string
  readonly used: string
  readonly usedOf: (used: number, max: number | null) => string
  readonly moreKeys: string
  readonly allKeys: string
  readonly undescribed: string

  readonly actions: string
  readonly nothingToDo: string
  readonly ask: string
  readonly testOpen: string
  readonly testHint: string
  readonly testNow: (name: string) => string
  readonly openNow: string
  readonly openHint: string
  readonly reason: string
  readonly reasonHint: string
  readonly open: (name: string) => string
  readonly replaceBattery: string
  readonly replaceHint: string
  readonly replaceNow: (name: string) => string
  readonly change: string
  readonly save: string
  readonly name: string
  readonly area: string
  readonly areaHint: string
  readonly pulseSeconds: string
  readonly pulseHint: (min: number, max: number) => string
  readonly badPulse: (min: number, max: number) => string
  readonly badText: string
  readonly changedMeanwhile: string
  readonly unchanged: string
  readonly retired: string

  readonly answered: (took: string) => string
  readonly answeredDetails: (door: string, battery: string | null, firmware: string | null) => string
  readonly silent: string
  readonly unreachable: string
  readonly silentSince: string
  readonly neverHeard: string
  readonly opened: (name: string, took: string | null) => string
  readonly testOpened: (name: string, took: string | null) => string
  readonly notOpened: (name: string) => string
  readonly unconfirmed: (name: string) => string
  readonly refusals: Readonly<Record<SiteRefusal, string>>
  readonly nothingSent: string
  readonly batteryNoted: string
  readonly changed: string
  readonly settledDone: string
  readonly settledMeanwhile: string

  readonly unsettled: string
  readonly unsettledHint: string
  readonly settle: string
  readonly whatBecame: string
  readonly itOpened: string
  readonly itDidNot: string
  readonly word: string
  readonly wordHint: string
  readonly chooseOne: string
  readonly moreUnsettled: string

  readonly ackTimes: string
  readonly ackSummary: (median: string, count: number, days: number) => string
  readonly noAckTimes: string
  readonly ackDays: string
  readonly day: string
  readonly median: string
  readonly slowest: string
  readonly openingCount: string

  readonly messages: string
  readonly messagesHint: string
  readonly noMessages: string
  readonly toLock: string
  readonly fromLock: string
  readonly accepted: string
  readonly rejected: string
  readonly showMessages: string
  readonly backToDoor: string
  readonly message: string
  readonly verdict: string

  readonly qr: string
  readonly qrTitle: string
  readonly qrHint: string
  readonly qrForStaff: string
  readonly qrAddress: string
  readonly noAddress: string
}
