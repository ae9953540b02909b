import { type AlarmKind, isAlarmKind } from '#domain/alarms/alarm-kinds.ts'

/** What a message says after the door's name, or of the site: what is so, and what its end is. */
interface Words {
  readonly is: string
  readonly over: string
  /** What is so when it got worse, where that is another one of several. */
  readonly worse?: string
}

const WORDS: Readonly<Record<AlarmKind, Words>> = {
  'store-failed': { is: 'the store takes no writes', over: 'the store takes writes again' },
  'disk-full': { is: 'the disk is almost full', over: 'the disk has room again' },
  'broker-down': { is: 'the broker can’t be reached', over: 'the broker is back' },
  'lock-contradicts-itself': { is: 'contradicts itself', over: 'acknowledged' },
  'lock-contested': { is: 'two devices with one identity', over: 'acknowledged' },
  'nobody-told': {
    is: 'nobody could be told of an alarm',
    over: 'messages arrive again',
    worse: 'messages arrive at one receiver less',
  },
  'lock-offline': { is: 'offline', over: 'back online' },
  'lock-never-came': { is: 'never came online', over: 'came online' },
  'battery-low': { is: 'battery low', over: 'battery good again' },
  'battery-critical': { is: 'battery almost empty', over: 'battery good again' },
  'lock-refused-by-battery': { is: 'refused to open for its battery', over: 'acknowledged' },
  'lock-jammed': { is: 'jammed', over: 'acknowledged' },
  'opening-unconfirmed': {
    is: 'an opening without an answer',
    over: 'the opening is cleared up',
    worse: 'one more opening without an answer',
  },
  'opening-charged-by-age': { is: 'a use was charged without an answer', over: 'acknowledged' },
  'ack-orphaned': { is: 'answered a command that nobody knows', over: 'acknowledged' },
  'key-overused': { is: 'a key opened more often than it may', over: 'acknowledged' },
  'lock-floods': { is: 'cut off for saying too much', over: 'acknowledged' },
  'clock-untrusted': { is: 'the clock is not trusted', over: 'the clock is trusted again' },
  'disk-low': { is: 'the disk is getting full', over: 'the disk has room again' },
  'log-lines-lost': { is: 'log lines were lost', over: 'acknowledged' },
  'prepared-locks-full': { is: 'a program was refused more locks', over: 'acknowledged' },
  'token-keys-unusable': {
    is: 'a file of token keys can’t be used',
    over: 'token keys can be used again',
    worse: 'one more file of token keys can’t be used',
  },
  'token-keys-stale': {
    is: 'token keys are out of date',
    over: 'token keys are refreshed',
    worse: 'token keys of one more issuer are out of date',
  },
  'access-ending': {
    is: 'the access of a program or a person ends',
    over: 'no access is about to end',
    worse: 'one more access ends, or has ended',
  },
}

/** An alarm of another version is told by its slug. */
export const wordsOf = (kind: string): Words =>
  isAlarmKind(kind) ? WORDS[kind] : { is: kind, over: `${kind} is over` }
