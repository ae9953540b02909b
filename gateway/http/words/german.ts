import type { GuestWords } from './guest-words.ts'

const NOT_SENT = 'Es wurde nichts gesendet und keine Nutzung verbraucht. Versuchen Sie es gleich noch einmal.'

export const german: GuestWords = {
  language: 'de',
  locale: 'de-DE',
  scenes: {
    ready: { headline: 'Bereit zum Öffnen', text: 'Stellen Sie sich an die Tür und drücken Sie dann den Knopf.' },
    opening: { headline: 'Wird geöffnet …', text: 'Das Schloss ist gefragt. Bitte bleiben Sie an der Tür.' },
    opened: { headline: 'Tür geöffnet', text: 'Bitte treten Sie ein und schließen Sie die Tür hinter sich.' },
    'not-opened': {
      headline: 'Die Tür hat nicht geöffnet',
      text: 'Sie öffnet für diesen Versuch auch später nicht. Es ist keine Nutzung verbraucht.',
    },
    jammed: {
      headline: 'Die Tür hat nicht geöffnet',
      text: 'Das Schloss konnte den Riegel nicht bewegen und öffnet für diesen Versuch auch später nicht. Es ist keine Nutzung verbraucht. Drücken oder ziehen Sie die Tür und versuchen Sie es noch einmal.',
    },
    'not-sent': {
      headline: 'Die Tür hat nicht geöffnet',
      text: 'Das Schloss war nicht rechtzeitig erreichbar. Es wurde nichts gesendet, also öffnet es auch später nicht. Es ist keine Nutzung verbraucht.',
    },
    unconfirmed: {
      headline: 'Noch nicht bestätigt',
      text: 'Die Tür ist vielleicht offen: Bitte sehen Sie nach. Diese Seite ändert sich von selbst, sobald das Schloss antwortet.',
    },
    charged: {
      headline: 'Nie bestätigt',
      text: 'Das Schloss hat nicht gesagt, ob es geöffnet hat. Dieser Versuch zählt als Nutzung. Bitte sehen Sie an der Tür nach.',
    },
    released: {
      headline: 'Nie bestätigt',
      text: 'Das Schloss hat nicht gesagt, ob es geöffnet hat. Dieser Versuch zählt nicht als Nutzung. Bitte sehen Sie an der Tür nach.',
    },
    'not-yet-valid': { headline: 'Noch nicht gültig', text: 'Dieser Schlüssel öffnet die Tür ab der Zeit unten.' },
    expired: {
      headline: 'Dieser Schlüssel ist abgelaufen',
      text: 'Seine Zeit ist vorbei. Bitte fragen Sie nach einem neuen.',
    },
    'used-up': {
      headline: 'Alle Nutzungen sind verbraucht',
      text: 'Dieser Schlüssel wurde so oft benutzt, wie er darf. Bitte fragen Sie nach einem neuen.',
    },
    revoked: {
      headline: 'Dieser Schlüssel wurde zurückgezogen',
      text: 'Er öffnet diese Tür nicht mehr. Bitte fragen Sie, wer ihn Ihnen gegeben hat.',
    },
    'lock-offline': {
      headline: 'Das Schloss ist nicht erreichbar',
      text: 'Es wurde nichts gesendet: Die Tür öffnet nicht von selbst, und keine Nutzung ist verbraucht.',
    },
    'lock-busy': { headline: 'Das Schloss ist beschäftigt', text: `Andere öffnen gerade diese Tür. ${NOT_SENT}` },
    'sign-in': {
      headline: 'Bitte anmelden',
      text: 'Dieser Schlüssel ist für bestimmte Personen.',
    },
    'sign-in-again': {
      headline: 'Bitte noch einmal anmelden',
      text: 'Dieser Schlüssel ist für bestimmte Personen, und Ihre Anmeldung gilt nicht mehr.',
    },
    'signed-in': { headline: 'Angemeldet', text: 'Gleich geht es weiter zu Ihrem Schlüssel.' },
    'sign-in-failed': {
      headline: 'Die Anmeldung hat nicht geklappt',
      text: 'Sie wurde nicht in diesem Browser begonnen oder hat zu lange gedauert. Gehen Sie zurück zu Ihrem Schlüssel und melden Sie sich dort an.',
    },
    'signed-out': { headline: 'Abgemeldet', text: 'Dieser Browser hat vergessen, wer Sie sind.' },
    'wrong-user': {
      headline: 'Dieser Schlüssel ist für jemand anderen',
      text: 'Sie sind angemeldet, aber dieser Schlüssel wurde nicht Ihnen gegeben.',
    },
    'unknown-link': {
      headline: 'Unbekannter Link',
      text: 'Zu diesem Link gibt es keinen Schlüssel. Bitte fragen Sie, wer ihn Ihnen geschickt hat.',
    },
    'incomplete-link': {
      headline: 'Dieser Link ist unvollständig',
      text: 'Bitte öffnen Sie den ganzen Link, den Sie bekommen haben.',
    },
    'nothing-here': {
      headline: 'Hier ist nichts',
      text: 'Bitte öffnen Sie den ganzen Link, den Sie bekommen haben.',
    },
    'unknown-attempt': {
      headline: 'Unbekannter Versuch',
      text: 'Von diesem Versuch mit diesem Schlüssel ist nichts bekannt.',
    },
    'not-from-here': {
      headline: 'Nicht von hier',
      text: 'Eine andere Seite wollte dies in Ihrem Namen tun. Öffnen Sie Ihren Link und drücken Sie dort den Knopf.',
    },
    'open-with-button': {
      headline: 'Öffnen Sie Ihren Link noch einmal',
      text: 'Die Tür wird mit dem Knopf auf ihrer Seite geöffnet.',
    },
    'clock-untrusted': {
      headline: 'Das Türsystem kennt die Uhrzeit nicht',
      text: 'Es kann nicht beurteilen, ob Ihr Schlüssel gültig ist. Es wurde nichts gesendet und keine Nutzung verbraucht. Bitte rufen Sie Hilfe.',
    },
    'gateway-fault': { headline: 'Das Türsystem ist gestört', text: NOT_SENT },
    overloaded: { headline: 'Zu viel auf einmal', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Bitte noch einmal tippen',
      text: `Die Verbindung wurde geschlossen, bevor Sie an der Reihe waren. ${NOT_SENT}`,
    },
    restarting: { headline: 'Einen Moment bitte', text: `Das Türsystem startet neu. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Keine Verbindung',
      text: 'Ihr Telefon hat die Verbindung verloren. Die Tür ist vielleicht offen: Bitte sehen Sie nach und laden Sie dann neu.',
    },
    fault: {
      headline: 'Etwas ist schiefgegangen',
      text: 'Das Türsystem ist gestört. Bitte sehen Sie an der Tür nach, bevor Sie es noch einmal versuchen.',
    },
    other: { headline: 'Das hat nicht geklappt', text: 'Bitte öffnen Sie Ihren Link noch einmal.' },
  },
  lockReasons: {
    privacy: 'Jemand hat von innen verriegelt.',
    lockdown: 'Es soll zurzeit für niemanden öffnen.',
    battery: 'Seine Batterie ist zu schwach zum Öffnen und Schließen.',
    busy: 'Es bewegte seinen Riegel schon.',
    'not-executed': 'Der Befehl hat es nicht rechtzeitig erreicht.',
  },
  lockSays: (reason) => `Das Schloss sagt: ${reason}.`,
  openedAt: (time) => `Geöffnet um ${time} Uhr.`,
  askedAt: (time) => `Gefragt um ${time} Uhr.`,
  door: 'Tür',
  validFrom: 'Gültig ab',
  validUntil: 'Gültig bis',
  usesLeft: 'Nutzungen übrig',
  usesOf: (left, max) => `${left} von ${max}`,
  noLimit: 'unbegrenzt',
  notConfirmed: (held) => `${held} unbestätigt`,
  opensIn: 'Öffnet in',
  units: ['T', 'Std.', 'Min.', 'Sek.'],
  open: 'Öffnen',
  openAgain: 'Noch einmal öffnen',
  tryAgain: 'Erneut versuchen',
  lookAgain: 'Neu laden',
  backToKey: 'Zurück zu Ihrem Schlüssel',
  signIn: 'Anmelden',
  signInByApp: 'Öffnen Sie diesen Link in der App, die Sie bekommen haben.',
  signOut: 'Abmelden',
  goOn: 'Weiter',
  call: (phone) => `${phone} anrufen`,
  code: 'Hilfe-Code',
  wayToDoor: 'So finden Sie die Tür',
  pictureOf: (door) => `Foto der Tür: ${door}`,
}
