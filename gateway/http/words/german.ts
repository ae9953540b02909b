import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'An das Schloss wurde nichts gesendet, und es ist keine Nutzung verbraucht.'
const NOT_SENT = `Bitte versuchen Sie es gleich noch einmal. ${NOTHING_SENT}`

export const german: GuestWords = {
  language: 'de',
  tag: 'de',
  direction: 'ltr',
  name: 'Deutsch',
  locale: 'de-DE',
  scenes: {
    ready: { headline: 'Bereit zum Öffnen', text: 'Stellen Sie sich an die Tür und drücken Sie dann den Knopf.' },
    opening: { headline: 'Wird geöffnet …', text: 'Das Schloss soll jetzt öffnen. Bitte bleiben Sie an der Tür.' },
    opened: { headline: 'Tür geöffnet', text: 'Bitte treten Sie ein und schließen Sie die Tür hinter sich.' },
    'opened-before': {
      headline: 'Die Tür wurde geöffnet',
      text: 'Das Schloss hat spät geantwortet und ist vielleicht schon wieder verriegelt. Wenn Sie noch draußen sind, drücken Sie den Knopf.',
    },
    'not-opened': {
      headline: 'Die Tür hat nicht geöffnet',
      text: 'Die Tür öffnet für diesen Versuch auch später nicht. Es ist keine Nutzung verbraucht.',
    },
    jammed: {
      headline: 'Die Tür hat nicht geöffnet',
      text: 'Drücken oder ziehen Sie die Tür und versuchen Sie es noch einmal: Das Schloss konnte den Riegel nicht bewegen. Die Tür öffnet für diesen Versuch auch später nicht. Es ist keine Nutzung verbraucht.',
    },
    'not-sent': {
      headline: 'Die Tür hat nicht geöffnet',
      text: 'Bitte versuchen Sie es noch einmal: Das Schloss war nicht rechtzeitig erreichbar. An das Schloss wurde nichts gesendet, also öffnet die Tür auch später nicht. Es ist keine Nutzung verbraucht.',
    },
    unconfirmed: {
      headline: 'Noch nicht bestätigt',
      text: 'Bitte sehen Sie nach, ob die Tür offen ist. Das Schloss hat noch nicht geantwortet.',
    },
    charged: {
      headline: 'Nie bestätigt',
      text: 'Bitte sehen Sie an der Tür nach. Das Schloss hat nicht gesagt, ob die Tür geöffnet wurde. Dieser Versuch zählt als Nutzung.',
    },
    released: {
      headline: 'Nie bestätigt',
      text: 'Bitte sehen Sie an der Tür nach. Das Schloss hat nicht gesagt, ob die Tür geöffnet wurde. Dieser Versuch zählt nicht als Nutzung.',
    },
    'not-yet-valid': { headline: 'Noch nicht gültig', text: 'Ihr Schlüssel öffnet die Tür ab der Zeit unten.' },
    expired: {
      headline: 'Dieser Schlüssel ist abgelaufen',
      text: 'Bitte fragen Sie die Person, die Ihnen den Schlüssel gegeben hat, nach einem neuen.',
    },
    'used-up': {
      headline: 'Alle Nutzungen sind verbraucht',
      text: 'Bitte fragen Sie nach einem neuen Schlüssel. Dieser Schlüssel wurde so oft benutzt, wie er darf.',
    },
    revoked: {
      headline: 'Dieser Schlüssel wurde zurückgezogen',
      text: 'Bitte fragen Sie die Person, die Ihnen den Schlüssel gegeben hat. Der Schlüssel öffnet die Tür nicht mehr.',
    },
    'lock-offline': {
      headline: 'Das Schloss ist nicht erreichbar',
      text: 'Bitte rufen Sie Hilfe oder laden Sie gleich noch einmal. An das Schloss wurde nichts gesendet: Die Tür öffnet nicht von selbst, und es ist keine Nutzung verbraucht.',
    },
    'lock-busy': { headline: 'Das Schloss ist beschäftigt', text: `Andere öffnen gerade diese Tür. ${NOT_SENT}` },
    'sign-in': {
      headline: 'Bitte anmelden',
      text: 'Dieser Schlüssel ist für bestimmte Personen.',
    },
    'sign-in-again': {
      headline: 'Bitte noch einmal anmelden',
      text: 'Dieser Schlüssel ist für bestimmte Personen, und Ihre Anmeldung ist abgelaufen.',
    },
    'signed-in': { headline: 'Angemeldet', text: 'Als Nächstes kommt Ihr Schlüssel.' },
    'sign-in-failed': {
      headline: 'Die Anmeldung hat nicht geklappt',
      text: 'Bitte gehen Sie zurück zu Ihrem Schlüssel und melden Sie sich dort an. Diese Anmeldung wurde nicht in diesem Browser begonnen oder hat zu lange gedauert.',
    },
    'signed-out': { headline: 'Abgemeldet', text: 'Dieser Browser hat vergessen, wer Sie sind.' },
    'wrong-user': {
      headline: 'Dieser Schlüssel ist für jemand anderen',
      text: 'Bitte fragen Sie die Person, die Ihnen den Link geschickt hat. Sie sind angemeldet, aber dieser Schlüssel wurde nicht Ihnen gegeben.',
    },
    'unknown-link': {
      headline: 'Unbekannter Link',
      text: 'Bitte fragen Sie die Person, die Ihnen den Link geschickt hat. Zu diesem Link gibt es keinen Schlüssel.',
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
      text: 'Bitte öffnen Sie Ihren Link und drücken Sie dort den Knopf. Eine andere Seite wollte dies in Ihrem Namen tun.',
    },
    'open-with-button': {
      headline: 'Öffnen Sie Ihren Link noch einmal',
      text: 'Die Tür wird mit dem Knopf auf der Seite Ihres Schlüssels geöffnet.',
    },
    'clock-untrusted': {
      headline: 'Das Türsystem kennt die Uhrzeit nicht',
      text: `Bitte rufen Sie Hilfe: Das Türsystem weiß nicht, ob Ihr Schlüssel jetzt gültig ist. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'Das Türsystem ist gestört', text: NOT_SENT },
    'rate-limited': {
      headline: 'Zu viele Versuche',
      text: 'Es gab zu viele Versuche in kurzer Zeit. Bitte warten Sie, bis die Zeit unten um ist.',
    },
    overloaded: { headline: 'Zu viel auf einmal', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Bitte noch einmal tippen',
      text: `Die Verbindung wurde geschlossen, bevor Sie an der Reihe waren. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'Einen Moment bitte', text: `Das Türsystem startet neu. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Keine Verbindung',
      text: 'Bitte sehen Sie nach, ob die Tür offen ist. Ihr Telefon hat die Verbindung verloren. Laden Sie dann neu.',
    },
    fault: {
      headline: 'Etwas ist schiefgegangen',
      text: 'Bitte sehen Sie an der Tür nach, bevor Sie es noch einmal versuchen. Das Türsystem ist gestört.',
    },
    other: { headline: 'Das hat nicht geklappt', text: 'Bitte öffnen Sie Ihren Link noch einmal.' },
  },
  changesByItself: 'Diese Seite ändert sich von selbst, sobald das Schloss antwortet.',
  lockReasons: {
    privacy: 'Jemand hat die Tür von innen verriegelt.',
    lockdown: 'Das Schloss darf zurzeit für niemanden öffnen.',
    battery: 'Die Batterie des Schlosses ist zu schwach.',
    busy: 'Das Schloss bewegte seinen Riegel schon.',
    'not-executed': 'Die Anfrage hat das Schloss nicht rechtzeitig erreicht.',
  },
  lockSays: (reason) => `Das Schloss sagt: ${reason}.`,
  callHelps: 'Ein neuer Versuch hilft jetzt nicht. Bitte rufen Sie an.',
  askHelps: 'Ein neuer Versuch hilft jetzt nicht. Bitte fragen Sie die Person, die Ihnen den Schlüssel gegeben hat.',
  door: 'Tür',
  validFrom: 'Gültig ab',
  validUntil: 'Gültig bis',
  openedAt: 'Tür geöffnet',
  askedAt: 'Schloss angefragt',
  usesLeft: 'Nutzungen übrig',
  usesOf: (left, max) => `${left} von ${max}`,
  notConfirmed: { one: '# unbestätigt', other: '# unbestätigt' },
  validIn: 'Zeit, bis Ihr Schlüssel gilt',
  openFor: 'Zeit zum Eintreten',
  againIn: 'Zeit bis zum nächsten Versuch',
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
  languages: 'Sprache',
}
