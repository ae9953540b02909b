import type { SignInWords } from './sign-in-words.ts'

export const germanSignIn: SignInWords = {
  title: 'Anmelden',
  code: 'Zugangscode',
  codeHint: 'Sechzehn Buchstaben und Ziffern. Striche und Großschreibung sind egal.',
  signIn: 'Anmelden',
  scanned: 'Ihr Zugangscode ist eingetragen.',
  ended: 'Ihre Sitzung ist beendet. Bitte melden Sie sich neu an.',
  signedOut: 'Sie sind abgemeldet.',
  wrong: 'Dieser Code gilt nicht oder nicht mehr.',
  wait: 'Das war zu oft. Bitte prüfen Sie Ihren Code und versuchen Sie es in einer Minute noch einmal.',
  refusals: {
    title: 'Das geht nicht',
    nothingHere: 'Hier ist nichts, oder nichts mehr.',
    plainHttp: 'Die Konsole gibt es über TLS oder am Gateway selbst. Über einfaches HTTP könnten andere mitlesen.',
    otherSite: 'Das kam von der Seite eines anderen Anbieters. Es wurde nichts geändert.',
    tooMany: 'Das war zu oft. Bitte warten Sie einen Moment.',
    notStored: 'Das Gateway kann gerade nichts speichern. Es wurde nichts geändert.',
    invalid: 'An den Angaben stimmt etwas nicht. Es wurde nichts geändert:',
    fault: 'Im Gateway ist etwas schiefgegangen. Im Protokoll steht es unter',
    back: 'Zur ersten Seite',
  },
}
