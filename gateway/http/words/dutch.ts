import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'Er is niets naar het slot gestuurd en er is geen gebruik van uw sleutel verbruikt.'
const NOT_SENT = `Probeer het zo meteen opnieuw. ${NOTHING_SENT}`
const CHECK = 'Kijk na of de deur open is. Het slot heeft niet gezegd of de deur is geopend.'
const WHOLE_LINK = 'Open de hele link die u hebt gekregen.'

export const dutch: GuestWords = {
  language: 'nl',
  tag: 'nl',
  direction: 'ltr',
  name: 'Nederlands',
  locale: 'nl-NL',
  scenes: {
    ready: { headline: 'Klaar om te openen', text: 'Ga bij de deur staan en druk dan op de knop.' },
    opening: { headline: 'Wordt geopend…', text: 'Het slot is gevraagd te openen. Blijf bij de deur staan.' },
    opened: { headline: 'Deur geopend', text: 'Ga naar binnen en sluit de deur achter u.' },
    'opened-before': {
      headline: 'De deur is geopend',
      text: 'Het slot heeft laat geantwoord en is misschien alweer vergrendeld. Staat u nog buiten, druk dan op de knop.',
    },
    'not-opened': {
      headline: 'De deur is niet geopend',
      text: 'De deur gaat voor deze poging ook later niet open. Er is geen gebruik verbruikt.',
    },
    jammed: {
      headline: 'De deur is niet geopend',
      text: 'Duw of trek aan de deur en probeer het opnieuw: het slot kon de grendel niet bewegen. De deur gaat voor deze poging ook later niet open en er is geen gebruik verbruikt.',
    },
    'not-sent': {
      headline: 'De deur is niet geopend',
      text: 'Probeer het opnieuw: het slot was niet op tijd bereikbaar. Er is niets naar het slot gestuurd, dus de deur gaat ook later niet open. Er is geen gebruik verbruikt.',
    },
    unconfirmed: {
      headline: 'Nog niet bevestigd',
      text: 'Kijk na of de deur open is. Het slot heeft nog niet geantwoord.',
    },
    charged: { headline: 'Nooit bevestigd', text: `${CHECK} Deze poging telt als gebruik.` },
    released: { headline: 'Nooit bevestigd', text: `${CHECK} Deze poging telt niet als gebruik.` },
    'not-yet-valid': { headline: 'Nog niet geldig', text: 'Uw sleutel opent de deur vanaf de tijd hieronder.' },
    expired: {
      headline: 'Deze sleutel is verlopen',
      text: 'Vraag een nieuwe sleutel aan degene die u deze sleutel heeft gegeven.',
    },
    'used-up': {
      headline: 'Alle keren zijn gebruikt',
      text: 'Vraag een nieuwe sleutel aan degene die u deze sleutel heeft gegeven. Deze sleutel is zo vaak gebruikt als mag.',
    },
    revoked: {
      headline: 'Deze sleutel is ingetrokken',
      text: 'Vraag het aan degene die u deze sleutel heeft gegeven. De sleutel opent de deur niet meer.',
    },
    'lock-offline': {
      headline: 'Het slot is niet bereikbaar',
      text: 'Bel om hulp of kijk zo meteen opnieuw. Er is niets naar het slot gestuurd: de deur gaat niet vanzelf open en er is geen gebruik verbruikt.',
    },
    'lock-busy': { headline: 'Het slot is bezig', text: `Andere mensen openen deze deur op dit moment. ${NOT_SENT}` },
    'sign-in': { headline: 'Meld u aan', text: 'Deze sleutel is voor bepaalde personen.' },
    'sign-in-again': {
      headline: 'Meld u opnieuw aan',
      text: 'Deze sleutel is voor bepaalde personen en uw aanmelding is verlopen.',
    },
    'signed-in': { headline: 'Aangemeld', text: 'Hierna ziet u uw sleutel.' },
    'sign-in-failed': {
      headline: 'Het aanmelden is niet gelukt',
      text: 'Ga terug naar uw sleutel en meld u daar aan. Het aanmelden is niet in deze browser begonnen of het duurde te lang.',
    },
    'signed-out': { headline: 'Afgemeld', text: 'Deze browser weet niet meer wie u bent.' },
    'wrong-user': {
      headline: 'Deze sleutel is voor iemand anders',
      text: 'Vraag het aan degene die u de link heeft gestuurd. U bent aangemeld, maar deze sleutel is niet aan u gegeven.',
    },
    'unknown-link': {
      headline: 'Onbekende link',
      text: 'Vraag het aan degene die u de link heeft gestuurd. Bij deze link hoort geen sleutel.',
    },
    'incomplete-link': { headline: 'Deze link is onvolledig', text: WHOLE_LINK },
    'nothing-here': { headline: 'Hier is niets', text: WHOLE_LINK },
    'unknown-attempt': { headline: 'Onbekende poging', text: 'Van deze poging met deze sleutel is niets bekend.' },
    'not-from-here': {
      headline: 'Niet vanaf hier',
      text: 'Open uw link en druk daar op de knop. Een andere pagina wilde dit namens u doen.',
    },
    'open-with-button': {
      headline: 'Open uw link opnieuw',
      text: 'De deur gaat open met de knop op de pagina van uw sleutel.',
    },
    'clock-untrusted': {
      headline: 'Het deursysteem weet niet hoe laat het is',
      text: `Bel om hulp: het deursysteem weet niet of uw sleutel nu geldig is. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'Het deursysteem heeft een storing', text: NOT_SENT },
    'rate-limited': {
      headline: 'Te veel pogingen',
      text: 'Er waren te veel pogingen in korte tijd. Wacht tot de tijd hieronder voorbij is.',
    },
    overloaded: { headline: 'Te veel tegelijk', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Tik nog een keer',
      text: `De verbinding werd verbroken voordat u aan de beurt was. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'Een ogenblik geduld', text: `Het deursysteem start opnieuw. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Geen verbinding',
      text: 'Kijk na of de deur open is. Uw telefoon heeft geen verbinding meer. Kijk daarna opnieuw.',
    },
    fault: {
      headline: 'Er is iets misgegaan',
      text: 'Kijk bij de deur na voordat u het opnieuw probeert. Het deursysteem heeft een storing.',
    },
    other: { headline: 'Dat is niet gelukt', text: 'Open uw link opnieuw.' },
  },
  changesByItself: 'Deze pagina verandert vanzelf zodra het slot antwoordt.',
  lockReasons: {
    privacy: 'Iemand heeft de deur van binnen vergrendeld.',
    lockdown: 'Het slot mag nu voor niemand openen.',
    battery: 'De batterij van het slot is te zwak.',
    busy: 'Het slot was de grendel al aan het bewegen.',
    'not-executed': 'Het verzoek heeft het slot niet op tijd bereikt.',
  },
  lockSays: (reason) => `Het slot zegt: ${reason}.`,
  callHelps: 'Opnieuw proberen helpt nu niet. Bel om hulp.',
  askHelps: 'Opnieuw proberen helpt nu niet. Vraag het aan degene die u deze sleutel heeft gegeven.',
  door: 'Deur',
  validFrom: 'Geldig vanaf',
  validUntil: 'Geldig tot',
  openedAt: 'Deur geopend',
  askedAt: 'Slot gevraagd',
  usesLeft: 'Resterend gebruik',
  usesOf: (left, max) => `${left} van ${max}`,
  notConfirmed: { one: '# niet bevestigd', other: '# niet bevestigd' },
  validIn: 'Tijd tot uw sleutel geldig is',
  openFor: 'Tijd om naar binnen te gaan',
  againIn: 'Tijd tot de volgende poging',
  open: 'Openen',
  openAgain: 'Opnieuw openen',
  tryAgain: 'Opnieuw proberen',
  lookAgain: 'Opnieuw kijken',
  backToKey: 'Terug naar uw sleutel',
  signIn: 'Aanmelden',
  signInByApp: 'Open deze link in de app die u hebt gekregen.',
  signOut: 'Afmelden',
  goOn: 'Doorgaan',
  call: (phone) => `Bel ${phone}`,
  code: 'Hulpcode',
  wayToDoor: 'Zo vindt u de deur',
  pictureOf: (door) => `Foto van de deur: ${door}`,
  languages: 'Taal',
}
