import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'Nothing was sent to the lock, and no use of your key is spent.'
const NOT_SENT = `Please try again in a moment. ${NOTHING_SENT}`

export const english: GuestWords = {
  language: 'en',
  tag: 'en',
  direction: 'ltr',
  name: 'English',
  locale: 'en-GB',
  scenes: {
    ready: { headline: 'Ready to open', text: 'Stand at the door, then press the button.' },
    opening: { headline: 'Opening…', text: 'The lock was asked to open. Please stay at the door.' },
    opened: { headline: 'Door opened', text: 'Please go in and close the door behind you.' },
    'opened-before': {
      headline: 'The door was opened',
      text: 'The lock answered late, and may be locked again by now. If you are still outside, press the button.',
    },
    'not-opened': {
      headline: 'The door did not open',
      text: 'The door will not open later for this attempt. No use of your key is spent.',
    },
    jammed: {
      headline: 'The door did not open',
      text: 'Push or pull the door, then try again: the lock could not move its bolt. The door will not open later for this attempt, and no use of your key is spent.',
    },
    'not-sent': {
      headline: 'The door did not open',
      text: 'Please try again: the lock could not be reached in time. Nothing was sent to the lock, so the door will not open later. No use of your key is spent.',
    },
    unconfirmed: {
      headline: 'Not confirmed yet',
      text: 'Please check the door: it may be open. The lock has not answered yet.',
    },
    charged: {
      headline: 'Never confirmed',
      text: 'Please check the door. The lock did not say whether the door opened. This attempt counts as a use of your key.',
    },
    released: {
      headline: 'Never confirmed',
      text: 'Please check the door. The lock did not say whether the door opened. This attempt does not count as a use of your key.',
    },
    'not-yet-valid': { headline: 'Not valid yet', text: 'Your key opens the door from the time below.' },
    expired: {
      headline: 'This key has expired',
      text: 'Please ask whoever gave you this key for a new one.',
    },
    'used-up': {
      headline: 'All uses are spent',
      text: 'Please ask whoever gave you this key for a new one. This key was used as often as it may be.',
    },
    revoked: {
      headline: 'This key was withdrawn',
      text: 'Please ask whoever gave you this key. The key no longer opens the door.',
    },
    'lock-offline': {
      headline: 'The lock cannot be reached',
      text: 'Please call for help, or look again in a moment. Nothing was sent to the lock: the door will not open by itself, and no use of your key is spent.',
    },
    'lock-busy': { headline: 'The lock is busy', text: `Other people are opening this door just now. ${NOT_SENT}` },
    'sign-in': { headline: 'Please sign in', text: 'This key is for named persons.' },
    'sign-in-again': {
      headline: 'Please sign in again',
      text: 'This key is for named persons, and your sign-in has ended.',
    },
    'signed-in': { headline: 'Signed in', text: 'Your key comes next.' },
    'sign-in-failed': {
      headline: 'The sign-in did not work',
      text: 'Please go back to your key and sign in there. This sign-in was not begun in this browser, or it took too long.',
    },
    'signed-out': { headline: 'Signed out', text: 'This browser has forgotten who you are.' },
    'wrong-user': {
      headline: 'This key is for somebody else',
      text: 'Please ask whoever sent you the link. You are signed in, but this key was not given to you.',
    },
    'unknown-link': {
      headline: 'Unknown link',
      text: 'Please ask whoever sent you the link. There is no key for it.',
    },
    'incomplete-link': {
      headline: 'This link is incomplete',
      text: 'Please open the whole link that you were sent.',
    },
    'nothing-here': { headline: 'There is nothing here', text: 'Please open the whole link that you were sent.' },
    'unknown-attempt': { headline: 'Unknown attempt', text: 'Nothing is known of this attempt with this key.' },
    'not-from-here': {
      headline: 'Not from here',
      text: 'Please open your link and press the button there. Another page tried to do this in your name.',
    },
    'open-with-button': {
      headline: 'Open your link again',
      text: 'The door is opened with the button on the page of your key.',
    },
    'clock-untrusted': {
      headline: 'The door system does not know the time',
      text: `Please call for help: the door system cannot tell whether your key is valid now. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'The door system has a fault', text: NOT_SENT },
    'rate-limited': {
      headline: 'Too many attempts',
      text: 'There were too many attempts in a short time. Please wait until the time below is over.',
    },
    overloaded: { headline: 'Too much at once', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Please tap again',
      text: `The connection was closed before it was your turn. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'One moment, please', text: `The door system is starting again. ${NOT_SENT}` },
    'no-connection': {
      headline: 'No connection',
      text: 'Please check the door: it may be open. Your phone lost its connection. Then look again.',
    },
    fault: {
      headline: 'Something went wrong',
      text: 'Please check the door before you try again. The door system has a fault.',
    },
    other: { headline: 'That did not work', text: 'Please open your link again.' },
  },
  changesByItself: 'This page changes by itself when the lock answers.',
  lockReasons: {
    privacy: 'Somebody inside has locked the door for privacy.',
    lockdown: 'The lock is set to open for nobody at present.',
    battery: 'The battery of the lock is too low.',
    busy: 'The lock was already moving its bolt.',
    'not-executed': 'The request did not reach the lock in time.',
  },
  lockSays: (reason) => `The lock says: ${reason}.`,
  callHelps: 'Trying again does not help now. Please call for help.',
  askHelps: 'Trying again does not help now. Please ask whoever gave you this key.',
  door: 'Door',
  validFrom: 'Valid from',
  validUntil: 'Valid until',
  openedAt: 'Door opened',
  askedAt: 'Lock asked',
  usesLeft: 'Uses left',
  usesOf: (left, max) => `${left} of ${max}`,
  notConfirmed: { one: '# not confirmed', other: '# not confirmed' },
  validIn: 'Time until your key is valid',
  openFor: 'Time left to go in',
  againIn: 'Time until you can try again',
  open: 'Open',
  openAgain: 'Open again',
  tryAgain: 'Try again',
  lookAgain: 'Look again',
  backToKey: 'Back to your key',
  signIn: 'Sign in',
  signInByApp: 'Open this link in the app that you were given.',
  signOut: 'Sign out',
  goOn: 'Continue',
  call: (phone) => `Call ${phone}`,
  code: 'Help code',
  wayToDoor: 'How to find the door',
  pictureOf: (door) => `Photo of the door: ${door}`,
  languages: 'Language',
}
