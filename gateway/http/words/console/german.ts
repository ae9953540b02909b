import type { ConsoleWords } from './console-words.ts'
import { germanDoor } from './door/german-door.ts'
import { germanAlarms } from './german-alarms.ts'
import { germanDoors } from './german-doors.ts'

import { germanHealth } from './german-health.ts'
import { germanKeys } from './german-keys.ts'
import { germanLog } from './german-log.ts'

import { germanSignIn } from './german-sign-in.ts'

export const german: ConsoleWords = {
  language: 'de',
  tag: 'de',
  locale: 'de-DE',
  name: 'Deutsch',
  frame: {
    skip: 'Zum Inhalt springen',
    pages: 'Seiten',
    notices: 'Hinweise',
    doors: 'Türen',
    keys: 'Schlüssel',
    alarms: 'Alarme',
    log: 'Protokoll',
    health: 'Zustand',
    roles: { technician: 'Technik', reception: 'Empfang', auditor: 'Revision', manager: 'Leitung' },
    signOut: 'Abmelden',
    language: 'Sprache',
    live: 'Live',
    lost: 'Verbindung seit {time} unterbrochen. Sie sehen den Stand von da; es wird weiter versucht.',
    ended: 'Sie sind abgemeldet: Diese Seite zeigt nichts Neues mehr.',
    signInAgain: 'Neu anmelden',
    changed: 'Hier gibt es Neues.',
    show: 'Anzeigen',
    standing: { one: '# Alarm steht an', other: '# Alarme stehen an' },
    muted: 'Stumm:',
    mutedSite: 'das ganze Objekt',
    until: 'bis',
    manyMutes: { one: '# Stummschaltung ist aktiv', other: '# Stummschaltungen sind aktiv' },
    seeMutes: 'Stummschaltungen ansehen',
    unknown: 'unbekannt',
    commandLine: 'der Kommandozeile',
    none: 'keine',
    newest: 'Neueste',
    older: 'Ältere',
  },
  form: {
    wrongFields: { one: 'Bitte ein Feld berichtigen.', other: 'Bitte # Felder berichtigen.' },
    missing: 'Bitte ausfüllen.',
    tooLong: (max) => `Bitte höchstens ${max} Zeichen.`,
    stale: 'Diese Seite war veraltet, es wurde nichts geändert.',
    notAllowed: 'Mit Ihrer Rolle können Sie das ansehen, aber nicht ändern.',
    failed: 'Das konnte nicht gespeichert werden, es wurde nichts geändert. Bitte noch einmal versuchen.',
    cancel: 'Abbrechen',
  },
  signIn: germanSignIn,
  doors: germanDoors,
  keys: germanKeys,
  oneDoor: germanDoor,
  alarms: germanAlarms,
  log: germanLog,
  health: germanHealth,
}
