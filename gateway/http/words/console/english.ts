import type { ConsoleWords } from './console-words.ts'
import { englishDoor } from './door/english-door.ts'
import { englishAlarms } from './english-alarms.ts'
import { englishDoors } from './english-doors.ts'

import { englishHealth } from './english-health.ts'
import { englishKeys } from './english-keys.ts'
import { englishLog } from './english-log.ts'

import { englishSignIn } from './english-sign-in.ts'

export const english: ConsoleWords = {
  language: 'en',
  tag: 'en',
  locale: 'en-GB',
  name: 'English',
  frame: {
    skip: 'Skip to content',
    pages: 'Pages',
    notices: 'Notices',
    doors: 'Doors',
    keys: 'Keys',
    alarms: 'Alarms',
    log: 'Log',
    health: 'Health',
    roles: { technician: 'Technician', reception: 'Reception', auditor: 'Auditor', manager: 'Manager' },
    signOut: 'Sign out',
    language: 'Language',
    live: 'Live',
    lost: 'Connection lost at {time}. What you see is from then; trying again.',
    ended: 'You are signed out: this page no longer follows what happens.',
    signInAgain: 'Sign in again',
    changed: 'There is something new here.',
    show: 'Show it',
    standing: { one: '# alarm stands', other: '# alarms stand' },
    muted: 'Muted:',
    mutedSite: 'the whole site',
    until: 'until',
    manyMutes: { one: '# mute is active', other: '# mutes are active' },
    seeMutes: 'See mutes',
    unknown: 'unknown',
    commandLine: 'the command line',
    none: 'none',
    newest: 'Newest',
    older: 'Older',
  },
  form: {
    wrongFields: { one: 'Please correct one field.', other: 'Please correct # fields.' },
    missing: 'Please fill this in.',
    tooLong: (max) => `At most ${max} characters, please.`,
    stale: 'This page was out of date, and nothing has been changed.',
    notAllowed: 'Your role may look at this and not change it.',
    failed: 'This could not be stored, and nothing has been changed. Please try again.',
    cancel: 'Cancel',
  },
  signIn: englishSignIn,
  doors: englishDoors,
  keys: englishKeys,
  oneDoor: englishDoor,
  alarms: englishAlarms,
  log: englishLog,
  health: englishHealth,
}
