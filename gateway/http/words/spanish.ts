import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'No se ha enviado nada a la cerradura y no se ha gastado ningún uso.'
const NOT_SENT = `Inténtelo de nuevo en un momento. ${NOTHING_SENT}`
const CHECK = 'Compruebe la puerta. La cerradura no ha indicado si la puerta se abrió.'
const WHOLE_LINK = 'Abra el enlace completo que ha recibido.'

export const spanish: GuestWords = {
  language: 'es',
  tag: 'es',
  direction: 'ltr',
  name: 'Español',
  locale: 'es-ES',
  scenes: {
    ready: { headline: 'Todo listo para abrir', text: 'Colóquese ante la puerta y pulse el botón.' },
    opening: { headline: 'Abriendo…', text: 'Se ha pedido a la cerradura que abra. Permanezca junto a la puerta.' },
    opened: { headline: 'Puerta abierta', text: 'Entre, por favor, y cierre la puerta al pasar.' },
    'opened-before': {
      headline: 'La puerta se abrió',
      text: 'La cerradura respondió tarde y puede que ya esté cerrada de nuevo. Si todavía está fuera, pulse el botón.',
    },
    'not-opened': {
      headline: 'La puerta no se ha abierto',
      text: 'La puerta no se abrirá más tarde por este intento. No se ha gastado ningún uso.',
    },
    jammed: {
      headline: 'La puerta no se ha abierto',
      text: 'Empuje la puerta o tire de ella e inténtelo de nuevo: la cerradura no pudo mover el pestillo. La puerta no se abrirá más tarde por este intento y no se ha gastado ningún uso.',
    },
    'not-sent': {
      headline: 'La puerta no se ha abierto',
      text: 'Inténtelo de nuevo: no se pudo contactar con la cerradura a tiempo. No se ha enviado nada a la cerradura, así que la puerta no se abrirá más tarde. No se ha gastado ningún uso.',
    },
    unconfirmed: {
      headline: 'Aún sin confirmar',
      text: 'Compruebe la puerta: puede que esté abierta. La cerradura aún no ha respondido.',
    },
    charged: { headline: 'Nunca confirmado', text: `${CHECK} Este intento cuenta como un uso.` },
    released: { headline: 'Nunca confirmado', text: `${CHECK} Este intento no cuenta como un uso.` },
    'not-yet-valid': {
      headline: 'Aún no es válida',
      text: 'Su llave abre la puerta a partir de la hora indicada abajo.',
    },
    expired: { headline: 'Esta llave ha caducado', text: 'Pida una llave nueva a quien le dio esta.' },
    'used-up': {
      headline: 'No quedan usos',
      text: 'Pida una llave nueva a quien le dio esta. Esta llave ya se ha usado tantas veces como estaba permitido.',
    },
    revoked: {
      headline: 'Esta llave se ha retirado',
      text: 'Consulte a quien le dio esta llave. La llave ya no abre la puerta.',
    },
    'lock-offline': {
      headline: 'No se puede contactar con la cerradura',
      text: 'Llame para pedir ayuda o vuelva a mirar en un momento. No se ha enviado nada a la cerradura: la puerta no se abrirá sola y no se ha gastado ningún uso.',
    },
    'lock-busy': {
      headline: 'La cerradura está ocupada',
      text: `Otras personas están abriendo esta puerta ahora mismo. ${NOT_SENT}`,
    },
    'sign-in': { headline: 'Inicie sesión', text: 'Esta llave es solo para determinadas personas.' },
    'sign-in-again': {
      headline: 'Inicie sesión de nuevo',
      text: 'Esta llave es solo para determinadas personas y su sesión ha terminado.',
    },
    'signed-in': { headline: 'Sesión iniciada', text: 'A continuación verá su llave.' },
    'sign-in-failed': {
      headline: 'No se pudo iniciar la sesión',
      text: 'Vuelva a su llave e inicie sesión allí. La sesión no se inició en este navegador o tardó demasiado.',
    },
    'signed-out': { headline: 'Sesión cerrada', text: 'Este navegador ya no sabe quién es usted.' },
    'wrong-user': {
      headline: 'Esta llave es de otra persona',
      text: 'Consulte a quien le envió el enlace. Ha iniciado sesión, pero esta llave no se le dio a usted.',
    },
    'unknown-link': {
      headline: 'Enlace desconocido',
      text: 'Consulte a quien le envió el enlace. No hay ninguna llave para este enlace.',
    },
    'incomplete-link': { headline: 'Este enlace está incompleto', text: WHOLE_LINK },
    'nothing-here': { headline: 'Aquí no hay nada', text: WHOLE_LINK },
    'unknown-attempt': { headline: 'Intento desconocido', text: 'No consta ningún intento así con esta llave.' },
    'not-from-here': {
      headline: 'Desde aquí no',
      text: 'Abra su enlace y pulse el botón que verá allí. Otra página ha intentado hacer esto en su nombre.',
    },
    'open-with-button': {
      headline: 'Abra de nuevo su enlace',
      text: 'La puerta se abre con el botón de la página de su llave.',
    },
    'clock-untrusted': {
      headline: 'El sistema de la puerta no sabe qué hora es',
      text: `Llame para pedir ayuda: el sistema no puede saber si su llave es válida ahora. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'El sistema de la puerta tiene una avería', text: NOT_SENT },
    'rate-limited': {
      headline: 'Demasiados intentos',
      text: 'Ha habido demasiados intentos en poco tiempo. Espere a que pase el tiempo indicado abajo.',
    },
    overloaded: { headline: 'Demasiadas peticiones a la vez', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Pulse de nuevo, por favor',
      text: `La conexión se cerró antes de que llegara su turno. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'Un momento, por favor', text: `El sistema de la puerta se está reiniciando. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Sin conexión',
      text: 'Compruebe la puerta: puede que esté abierta. Su teléfono ha perdido la conexión. Después, vuelva a mirar.',
    },
    fault: {
      headline: 'Algo ha fallado',
      text: 'Compruebe la puerta antes de intentarlo de nuevo. El sistema de la puerta tiene una avería.',
    },
    other: { headline: 'No ha funcionado', text: 'Abra de nuevo su enlace.' },
  },
  changesByItself: 'Esta página cambia sola cuando la cerradura responda.',
  lockReasons: {
    privacy: 'Alguien ha cerrado la puerta por dentro.',
    lockdown: 'La cerradura no debe abrir a nadie por ahora.',
    battery: 'La pila de la cerradura está demasiado baja.',
    busy: 'La cerradura ya estaba moviendo el pestillo.',
    'not-executed': 'La petición no llegó a tiempo a la cerradura.',
  },
  lockSays: (reason) => `La cerradura indica: ${reason}.`,
  callHelps: 'Intentarlo de nuevo no sirve por ahora. Llame para pedir ayuda.',
  askHelps: 'Intentarlo de nuevo no sirve por ahora. Consulte a quien le dio esta llave.',
  door: 'Puerta',
  validFrom: 'Válida desde',
  validUntil: 'Válida hasta',
  openedAt: 'Puerta abierta',
  askedAt: 'Petición enviada',
  usesLeft: 'Usos restantes',
  usesOf: (left, max) => `${left} de ${max}`,
  notConfirmed: { one: '# sin confirmar', many: '# sin confirmar', other: '# sin confirmar' },
  validIn: 'Tiempo hasta que su llave sea válida',
  openFor: 'Tiempo para entrar',
  againIn: 'Tiempo hasta el próximo intento',
  open: 'Abrir',
  openAgain: 'Abrir de nuevo',
  tryAgain: 'Intentar de nuevo',
  lookAgain: 'Volver a mirar',
  backToKey: 'Volver a su llave',
  signIn: 'Iniciar sesión',
  signInByApp: 'Abra este enlace en la aplicación que le han dado.',
  signOut: 'Cerrar sesión',
  goOn: 'Continuar',
  call: (phone) => `Llamar al ${phone}`,
  code: 'Código de ayuda',
  wayToDoor: 'Cómo encontrar la puerta',
  pictureOf: (door) => `Foto de la puerta: ${door}`,
  languages: 'Idioma',
}
