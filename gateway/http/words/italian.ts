import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'Alla serratura non è stato inviato nulla e nessun utilizzo è stato consumato.'
const NOT_SENT = `Riprovi tra un momento. ${NOTHING_SENT}`
const CHECK = 'Controlli la porta. La serratura non ha comunicato se la porta si è aperta.'
const WHOLE_LINK = 'Apra il link completo che ha ricevuto.'

export const italian: GuestWords = {
  language: 'it',
  tag: 'it',
  direction: 'ltr',
  name: 'Italiano',
  locale: 'it-IT',
  scenes: {
    ready: { headline: 'Pronta da aprire', text: 'Si metta davanti alla porta, poi prema il pulsante.' },
    opening: { headline: 'Apertura…', text: 'Alla serratura è stato chiesto di aprire. Resti vicino alla porta.' },
    opened: { headline: 'Porta aperta', text: 'Entri e chiuda la porta dietro di sé.' },
    'opened-before': {
      headline: 'La porta si è aperta',
      text: 'La serratura ha risposto tardi e forse è già richiusa. Se è ancora fuori, prema il pulsante.',
    },
    'not-opened': {
      headline: 'La porta non si è aperta',
      text: 'La porta non si aprirà più tardi per questo tentativo. Nessun utilizzo è stato consumato.',
    },
    jammed: {
      headline: 'La porta non si è aperta',
      text: 'Spinga o tiri la porta, poi riprovi: la serratura non è riuscita a muovere il chiavistello. La porta non si aprirà più tardi per questo tentativo e nessun utilizzo è stato consumato.',
    },
    'not-sent': {
      headline: 'La porta non si è aperta',
      text: 'Riprovi: la serratura non era raggiungibile in tempo. Alla serratura non è stato inviato nulla, quindi la porta non si aprirà più tardi. Nessun utilizzo è stato consumato.',
    },
    unconfirmed: {
      headline: 'Non ancora confermato',
      text: 'Controlli la porta: potrebbe essere aperta. La serratura non ha ancora risposto.',
    },
    charged: { headline: 'Mai confermato', text: `${CHECK} Questo tentativo conta come un utilizzo.` },
    released: { headline: 'Mai confermato', text: `${CHECK} Questo tentativo non conta come un utilizzo.` },
    'not-yet-valid': {
      headline: 'Non ancora valida',
      text: 'La Sua chiave apre la porta dall’ora indicata qui sotto.',
    },
    expired: { headline: 'Questa chiave è scaduta', text: 'Chieda una nuova chiave a chi Le ha dato questa.' },
    'used-up': {
      headline: 'Gli utilizzi sono esauriti',
      text: 'Chieda una nuova chiave a chi Le ha dato questa. Questa chiave è stata usata tutte le volte consentite.',
    },
    revoked: {
      headline: 'Questa chiave è stata ritirata',
      text: 'Si rivolga a chi Le ha dato questa chiave. La chiave non apre più la porta.',
    },
    'lock-offline': {
      headline: 'La serratura non è raggiungibile',
      text: 'Telefoni per chiedere aiuto o ricarichi la pagina tra un momento. Alla serratura non è stato inviato nulla: la porta non si aprirà da sola e nessun utilizzo è stato consumato.',
    },
    'lock-busy': {
      headline: 'La serratura è occupata',
      text: `Altre persone stanno aprendo questa porta proprio ora. ${NOT_SENT}`,
    },
    'sign-in': { headline: 'Effettui l’accesso', text: 'Questa chiave è riservata a determinate persone.' },
    'sign-in-again': {
      headline: 'Effettui di nuovo l’accesso',
      text: 'Questa chiave è riservata a determinate persone e il Suo accesso è scaduto.',
    },
    'signed-in': { headline: 'Accesso effettuato', text: 'Ora vedrà la Sua chiave.' },
    'sign-in-failed': {
      headline: 'L’accesso non è riuscito',
      text: 'Torni alla Sua chiave ed effettui l’accesso lì. L’accesso non è iniziato in questo browser o ha richiesto troppo tempo.',
    },
    'signed-out': { headline: 'Disconnessione effettuata', text: 'Questo browser non sa più chi è Lei.' },
    'wrong-user': {
      headline: 'Questa chiave è di un’altra persona',
      text: 'Si rivolga a chi Le ha inviato il link. Ha effettuato l’accesso, ma questa chiave non è stata data a Lei.',
    },
    'unknown-link': {
      headline: 'Link sconosciuto',
      text: 'Si rivolga a chi Le ha inviato il link. Per questo link non c’è nessuna chiave.',
    },
    'incomplete-link': { headline: 'Questo link è incompleto', text: WHOLE_LINK },
    'nothing-here': { headline: 'Qui non c’è nulla', text: WHOLE_LINK },
    'unknown-attempt': {
      headline: 'Tentativo sconosciuto',
      text: 'Non risulta alcun tentativo di questo tipo con questa chiave.',
    },
    'not-from-here': {
      headline: 'Non da qui',
      text: 'Apra il Suo link e prema lì il pulsante. Un’altra pagina ha cercato di farlo a Suo nome.',
    },
    'open-with-button': {
      headline: 'Apra di nuovo il Suo link',
      text: 'La porta si apre con il pulsante nella pagina della Sua chiave.',
    },
    'clock-untrusted': {
      headline: 'Il sistema della porta non conosce l’ora',
      text: `Telefoni per chiedere aiuto: il sistema non può sapere se la Sua chiave è valida adesso. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'Il sistema della porta ha un guasto', text: NOT_SENT },
    'rate-limited': {
      headline: 'Troppi tentativi',
      text: 'Ci sono stati troppi tentativi in poco tempo. Attenda che passi il tempo indicato qui sotto.',
    },
    overloaded: { headline: 'Troppe richieste insieme', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Prema di nuovo, per favore',
      text: `La connessione si è chiusa prima del Suo turno. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'Un momento, per favore', text: `Il sistema della porta si sta riavviando. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Nessuna connessione',
      text: 'Controlli la porta: potrebbe essere aperta. Il Suo telefono ha perso la connessione. Poi ricarichi la pagina.',
    },
    fault: {
      headline: 'Qualcosa non ha funzionato',
      text: 'Controlli la porta prima di riprovare. Il sistema della porta ha un guasto.',
    },
    other: { headline: 'Non ha funzionato', text: 'Apra di nuovo il Suo link.' },
  },
  changesByItself: 'Questa pagina cambia da sola quando la serratura risponde.',
  lockReasons: {
    privacy: 'Qualcuno ha chiuso la porta dall’interno.',
    lockdown: 'Al momento la serratura non deve aprire a nessuno.',
    battery: 'La batteria della serratura è troppo scarica.',
    busy: 'La serratura stava già muovendo il chiavistello.',
    'not-executed': 'La richiesta non è arrivata in tempo alla serratura.',
  },
  lockSays: (reason) => `La serratura comunica: ${reason}.`,
  callHelps: 'Per ora riprovare non serve. Telefoni per chiedere aiuto.',
  askHelps: 'Per ora riprovare non serve. Si rivolga a chi Le ha dato questa chiave.',
  door: 'Porta',
  validFrom: 'Valida da',
  validUntil: 'Valida fino a',
  openedAt: 'Porta aperta',
  askedAt: 'Richiesta inviata',
  usesLeft: 'Utilizzi rimasti',
  usesOf: (left, max) => `${left} di ${max}`,
  notConfirmed: { one: '# non confermato', many: '# non confermati', other: '# non confermati' },
  validIn: 'Tempo prima che la Sua chiave sia valida',
  openFor: 'Tempo per entrare',
  againIn: 'Tempo prima del prossimo tentativo',
  open: 'Apri',
  openAgain: 'Apri di nuovo',
  tryAgain: 'Riprova',
  lookAgain: 'Ricarica',
  backToKey: 'Torna alla Sua chiave',
  signIn: 'Accedi',
  signInByApp: 'Apra questo link nell’app che ha ricevuto.',
  signOut: 'Esci',
  goOn: 'Continua',
  call: (phone) => `Chiama ${phone}`,
  code: 'Codice di aiuto',
  wayToDoor: 'Come trovare la porta',
  pictureOf: (door) => `Foto della porta: ${door}`,
  languages: 'Lingua',
}
