import type { GuestWords } from './guest-words.ts'

const NOT_SENT = 'Nothing was sent and no use is spent. Try again in a moment.'

export const english: GuestWords = {
  language: 'en',
  locale: 'en-GB',
  scenes: {
    ready: { headline: 'Ready to open', text: 'Stand at the door, then press the button.' },
    opening: { headline: 'Opening…', text: 'The lock was asked. Please stay at the door.' },
    opened: { headline: 'Door opened', text: 'Please go in and close it behind you.' },
    'not-opened': {
      headline: 'The door did not open',
      text: 'It will not open later for this attempt. No use is spent.',
    },
    jammed: {
      headline: 'The door did not open',
      text: 'The lock could not move its bolt, and will not open later for this attempt. No use is spent. Push or pull the door, then try again.',
    },
    'not-sent': {
      headline: 'The door did not open',
      text: 'The lock could not be reached in time. Nothing was sent, so it will not open later. No use is spent.',
    },
    unconfirmed: {
      headline: 'Not confirmed yet',
      text: 'The door may be open: please check it. This page changes by itself when the lock answers.',
    },
    charged: {
      headline: 'Never confirmed',
      text: 'The lock did not say whether it opened. This attempt counts as a use. Please check the door.',
    },
    released: {
      headline: 'Never confirmed',
      text: 'The lock did not say whether it opened. This attempt does not count as a use. Please check the door.',
    },
    'not-yet-valid': { headline: 'Not valid yet', text: 'This key opens the door from the time below.' },
    expired: {
      headline: 'This key has expired',
      text: 'Its time is over. Please ask whoever gave it to you for a new one.',
    },
    'used-up': {
      headline: 'All uses are spent',
      text: 'This key was used as often as it may be. Please ask for a new one.',
    },
    revoked: {
      headline: 'This key was withdrawn',
      text: 'It opens this door no longer. Please ask whoever gave it to you.',
    },
    'lock-offline': {
      headline: 'The lock cannot be reached',
      text: 'Nothing was sent: the door will not open by itself, and no use is spent.',
    },
    'lock-busy': { headline: 'The lock is busy', text: `Others are opening this door just now. ${NOT_SENT}` },
    'sign-in': { headline: 'Please sign in', text: 'This key is for named persons.' },
    'sign-in-again': {
      headline: 'Please sign in again',
      text: 'This key is for named persons, and your sign-in is no longer good.',
    },
    'signed-in': { headline: 'Signed in', text: 'You go on to your key in a moment.' },
    'sign-in-failed': {
      headline: 'The sign-in did not work',
      text: 'It was not begun in this browser, or it took too long. Go back to your key and sign in there.',
    },
    'signed-out': { headline: 'Signed out', text: 'This browser forgot who you are.' },
    'wrong-user': {
      headline: 'This key is for somebody else',
      text: 'You are signed in, but this key was not given to you.',
    },
    'unknown-link': {
      headline: 'Unknown link',
      text: 'There is no key with this link. Please ask whoever sent it to you.',
    },
    'incomplete-link': {
      headline: 'This link is incomplete',
      text: 'Please open the whole link that you were sent.',
    },
    'nothing-here': { headline: 'There is nothing here', text: 'Please open the whole link that you were sent.' },
    'unknown-attempt': { headline: 'Unknown attempt', text: 'Nothing is known of this attempt with this key.' },
    'not-from-here': {
      headline: 'Not from here',
      text: 'Another page tried to do this in your name. Open your link and press the button there.',
    },
    'open-with-button': {
      headline: 'Open your link again',
      text: 'The door is opened with the button on its page.',
    },
    'clock-untrusted': {
      headline: 'The door system does not know the time',
      text: 'It cannot judge whether your key is valid. Nothing was sent and no use is spent. Please call for help.',
    },
    'gateway-fault': { headline: 'The door system has a fault', text: NOT_SENT },
    overloaded: { headline: 'Too much at once', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Please tap again',
      text: `The connection was closed before it was your turn. ${NOT_SENT}`,
    },
    restarting: { headline: 'One moment, please', text: `The door system is restarting. ${NOT_SENT}` },
    'no-connection': {
      headline: 'No connection',
      text: 'Your phone lost its connection. The door may be open: please check it, then look again.',
    },
    fault: {
      headline: 'Something went wrong',
      text: 'The door system has a fault. Please check the door before you try again.',
    },
    other: { headline: 'That did not work', text: 'Please open your link again.' },
  },
  lockReasons: {
    privacy: 'Somebody inside has locked it for privacy.',
    lockdown: 'It is told to open for nobody at present.',
    battery: 'Its battery is too low to open and close again.',
    busy: 'It was moving its bolt already.',
    'not-executed': 'The command did not reach it in time.',
  },
  lockSays: (reason) => `The lock says: ${reason}.`,
  openedAt: (time) => `Opened at ${time}.`,
  askedAt: (time) => `Asked at ${time}.`,
  door: 'Door',
  validFrom: 'Valid from',
  validUntil: 'Valid until',
  usesLeft: 'Uses left',
  usesOf: (left, max) => `${left} of ${max}`,
  noLimit: 'no limit',
  notConfirmed: (held) => `${held} not confirmed`,
  opensIn: 'Opens in',
  units: ['d', 'h', 'min', 's'],
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
}
