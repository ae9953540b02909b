import type { OpeningState } from '#domain/opening.ts'
import { type Reason, reasonEntry } from '#http/reasons.ts'
import type { Tone } from './layout.ts'

export interface Words {
  readonly tone: Tone
  readonly headline: string
  readonly text: string
}

const words = (tone: Tone, headline: string, text: string): Words => ({ tone, headline, text })

export const READY = words('ready', 'Ready to open', 'Stand at the door, then press the button.')
const OPEN_UNKNOWN = words(
  'wait',
  'Not confirmed yet',
  'The lock has not answered yet. The door may be open: please check it. This page will know once the lock answers.',
)

/** A guest meets these; what only a program meets has the reason's own sentence. */
const WORDS_OF_REASON: Partial<Record<Reason, Words>> = {
  'malformed-uuid': words('bad', 'This link is incomplete', 'Please open the whole link that you were sent.'),
  'key-not-found': words('bad', 'Unknown link', 'There is no key with this link. Please ask whoever sent it to you.'),
  'key-revoked': words(
    'closed',
    'This key was withdrawn',
    'It opens this door no longer. Please ask whoever gave it to you.',
  ),
  'key-not-yet-valid': words('wait', 'Not valid yet', 'This key opens the door from the time below.'),
  'key-expired': words(
    'closed',
    'This key has expired',
    'Its time is over. Please ask whoever gave it to you for a new one.',
  ),
  'key-used-up': words(
    'closed',
    'All uses are spent',
    'This key was used as often as it may be. Please ask for a new one.',
  ),
  'token-missing': words(
    'closed',
    'Please sign in',
    'This key is for named persons. Sign in with the app that you were given to use it.',
  ),
  'token-invalid': words(
    'closed',
    'Please sign in again',
    'This key is for named persons, and your sign-in is no longer good.',
  ),
  'not-whitelisted': words(
    'closed',
    'This key is for somebody else',
    'You are signed in, but this key was not given to you.',
  ),
  'lock-offline': words(
    'bad',
    'The lock cannot be reached',
    'Nothing was sent, so the door will not open by itself. No use is spent. Try again in a moment.',
  ),
  'lock-busy': words(
    'wait',
    'The lock is busy',
    'Others are opening this door just now. Nothing was sent and no use is spent. Try again in a moment.',
  ),
  'opening-unconfirmed': OPEN_UNKNOWN,
  unconfirmed: OPEN_UNKNOWN,
  'lock-refused': words('bad', 'The door did not open', 'It will not open later for this attempt. No use is spent.'),
  'lock-jammed': words(
    'bad',
    'The door did not open',
    'The lock could not move its bolt. No use is spent. Push or pull the door and try again.',
  ),
  'store-failed': words(
    'bad',
    'The gateway has a fault',
    'Nothing was sent and no use is spent. Try again in a moment.',
  ),
  'clock-untrusted': words(
    'bad',
    'The gateway does not know the time',
    'It cannot judge whether your key is valid. Nothing was sent and no use is spent. Please call for help.',
  ),
  overloaded: words('wait', 'Too much at once', 'Nothing was sent and no use is spent. Try again in a moment.'),
  'shutting-down': words(
    'wait',
    'One moment, please',
    'The gateway is restarting. Nothing was sent and no use is spent. Try again in a moment.',
  ),
  'forbidden-origin': words(
    'bad',
    'Not from here',
    'Another page tried to open this door. Open your link and press the button there.',
  ),
  'opening-not-found': words('bad', 'Unknown attempt', 'Nothing is known of this attempt with this key.'),
  'route-not-found': words('bad', 'There is nothing here', 'Please open the whole link that you were sent.'),
  'method-not-allowed': words('ready', 'Open your link again', 'The door is opened with the button on its page.'),
  'not-supported': words('bad', 'There is nothing here', 'Please open the whole link that you were sent.'),
  internal: words(
    'bad',
    'Something went wrong',
    'The gateway has a fault. Please check the door before you try again.',
  ),
}

export const wordsOfReason = (reason: Reason): Words =>
  WORDS_OF_REASON[reason] ?? words('bad', 'That did not work', reasonEntry(reason).message)

const DID_NOT = words('bad', 'The door did not open', 'It will not open later for this attempt. No use is spent.')

const WORDS_OF_STATE: Record<OpeningState, Words> = {
  opened: words('good', 'Door opened', 'Please go in and close it behind you.'),
  refused: DID_NOT,
  'not-opened': DID_NOT,
  released: DID_NOT,
  jammed: words(
    'bad',
    'The door did not open',
    'The lock could not move its bolt. No use is spent. Push or pull the door and try again.',
  ),
  'not-sent': words(
    'bad',
    'The door did not open',
    'The lock could not be reached in time. Nothing was sent, so it will not open later. No use is spent.',
  ),
  reserved: words(
    'wait',
    'Waiting for the lock',
    'It was asked to open and has not answered yet. Please watch the door.',
  ),
  unconfirmed: OPEN_UNKNOWN,
  charged: words(
    'wait',
    'Never confirmed',
    'The lock did not say whether it opened. This attempt counts as a use. Please check the door.',
  ),
}

export const wordsOfState = (state: OpeningState): Words => WORDS_OF_STATE[state]

/** The reasons of PROTOCOL.md that a guest can make something of. */
const LOCK_REASONS: Readonly<Record<string, string>> = {
  privacy: 'Somebody inside has locked it for privacy.',
  lockdown: 'It is told to open for nobody at present.',
  battery: 'Its battery is too low to open and close again.',
  busy: 'It was moving its bolt already.',
  'not-executed': 'The command did not reach it in time.',
}

/** A lock may have reasons of its own; people read them as they are. */
export const sentenceOfLockReason = (reason: string): string =>
  (Object.hasOwn(LOCK_REASONS, reason) ? LOCK_REASONS[reason] : undefined) ?? `The lock says: ${reason}.`
