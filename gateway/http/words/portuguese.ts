import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'Nada foi enviado à fechadura e nenhuma utilização foi gasta.'
const NOT_SENT = `Tente de novo daqui a um momento. ${NOTHING_SENT}`
const CHECK = 'Verifique a porta. A fechadura não indicou se a porta se abriu.'
const WHOLE_LINK = 'Abra a ligação completa que recebeu.'

export const portuguese: GuestWords = {
  language: 'pt',
  tag: 'pt',
  direction: 'ltr',
  name: 'Português',
  locale: 'pt-PT',
  scenes: {
    ready: { headline: 'Pronto a abrir', text: 'Coloque-se junto à porta e prima o botão.' },
    opening: { headline: 'A abrir…', text: 'Foi pedido à fechadura que abra. Permaneça junto à porta.' },
    opened: { headline: 'Porta aberta', text: 'Entre, por favor, e feche a porta ao passar.' },
    'opened-before': {
      headline: 'A porta foi aberta',
      text: 'A fechadura respondeu tarde e talvez já esteja trancada de novo. Se ainda está lá fora, prima o botão.',
    },
    'not-opened': {
      headline: 'A porta não se abriu',
      text: 'A porta não se abrirá mais tarde por esta tentativa. Nenhuma utilização foi gasta.',
    },
    jammed: {
      headline: 'A porta não se abriu',
      text: 'Empurre ou puxe a porta e tente de novo: a fechadura não conseguiu mover o trinco. A porta não se abrirá mais tarde por esta tentativa e nenhuma utilização foi gasta.',
    },
    'not-sent': {
      headline: 'A porta não se abriu',
      text: 'Tente de novo: não foi possível contactar a fechadura a tempo. Nada foi enviado à fechadura, por isso a porta não se abrirá mais tarde. Nenhuma utilização foi gasta.',
    },
    unconfirmed: {
      headline: 'Ainda não confirmado',
      text: 'Verifique a porta: pode estar aberta. A fechadura ainda não respondeu.',
    },
    charged: { headline: 'Nunca confirmado', text: `${CHECK} Esta tentativa conta como uma utilização.` },
    released: { headline: 'Nunca confirmado', text: `${CHECK} Esta tentativa não conta como uma utilização.` },
    'not-yet-valid': {
      headline: 'Ainda não é válida',
      text: 'A sua chave abre a porta a partir da hora indicada abaixo.',
    },
    expired: { headline: 'Esta chave expirou', text: 'Peça uma chave nova a quem lhe deu esta.' },
    'used-up': {
      headline: 'Não restam utilizações',
      text: 'Peça uma chave nova a quem lhe deu esta. Esta chave já foi usada tantas vezes quantas era permitido.',
    },
    revoked: {
      headline: 'Esta chave foi retirada',
      text: 'Fale com quem lhe deu esta chave. A chave já não abre a porta.',
    },
    'lock-offline': {
      headline: 'Não é possível contactar a fechadura',
      text: 'Telefone a pedir ajuda ou volte a ver daqui a um momento. Nada foi enviado à fechadura: a porta não se abrirá sozinha e nenhuma utilização foi gasta.',
    },
    'lock-busy': {
      headline: 'A fechadura está ocupada',
      text: `Outras pessoas estão a abrir esta porta neste momento. ${NOT_SENT}`,
    },
    'sign-in': { headline: 'Inicie sessão', text: 'Esta chave é só para determinadas pessoas.' },
    'sign-in-again': {
      headline: 'Inicie sessão de novo',
      text: 'Esta chave é só para determinadas pessoas e a sua sessão terminou.',
    },
    'signed-in': { headline: 'Sessão iniciada', text: 'A seguir verá a sua chave.' },
    'sign-in-failed': {
      headline: 'Não foi possível iniciar sessão',
      text: 'Volte à sua chave e inicie sessão lá. A sessão não foi começada neste navegador ou demorou demasiado.',
    },
    'signed-out': { headline: 'Sessão terminada', text: 'Este navegador já não sabe quem é.' },
    'wrong-user': {
      headline: 'Esta chave é de outra pessoa',
      text: 'Fale com quem lhe enviou a ligação. Tem a sessão iniciada, mas esta chave não lhe foi dada.',
    },
    'unknown-link': {
      headline: 'Ligação desconhecida',
      text: 'Fale com quem lhe enviou a ligação. Não há nenhuma chave para esta ligação.',
    },
    'incomplete-link': { headline: 'Esta ligação está incompleta', text: WHOLE_LINK },
    'nothing-here': { headline: 'Não há nada aqui', text: WHOLE_LINK },
    'unknown-attempt': {
      headline: 'Tentativa desconhecida',
      text: 'Não consta nenhuma tentativa assim com esta chave.',
    },
    'not-from-here': {
      headline: 'A partir daqui não',
      text: 'Abra a sua ligação e prima aí o botão. Outra página tentou fazer isto em seu nome.',
    },
    'open-with-button': {
      headline: 'Abra de novo a sua ligação',
      text: 'A porta abre-se com o botão na página da sua chave.',
    },
    'clock-untrusted': {
      headline: 'O sistema da porta não sabe as horas',
      text: `Telefone a pedir ajuda: o sistema não consegue saber se a sua chave é válida agora. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'O sistema da porta tem uma avaria', text: NOT_SENT },
    'rate-limited': {
      headline: 'Demasiadas tentativas',
      text: 'Houve demasiadas tentativas em pouco tempo. Espere que passe o tempo indicado abaixo.',
    },
    overloaded: { headline: 'Demasiados pedidos ao mesmo tempo', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Prima de novo, por favor',
      text: `A ligação à rede fechou-se antes da sua vez. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'Um momento, por favor', text: `O sistema da porta está a reiniciar. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Sem ligação à rede',
      text: 'Verifique a porta: pode estar aberta. O seu telefone perdeu a ligação à rede. Depois volte a ver.',
    },
    fault: {
      headline: 'Algo correu mal',
      text: 'Verifique a porta antes de tentar de novo. O sistema da porta tem uma avaria.',
    },
    other: { headline: 'Não funcionou', text: 'Abra de novo a sua ligação.' },
  },
  changesByItself: 'Esta página muda sozinha quando a fechadura responder.',
  lockReasons: {
    privacy: 'Alguém trancou a porta por dentro.',
    lockdown: 'De momento, a fechadura não deve abrir a ninguém.',
    battery: 'A pilha da fechadura está demasiado fraca.',
    busy: 'A fechadura já estava a mover o trinco.',
    'not-executed': 'O pedido não chegou a tempo à fechadura.',
  },
  lockSays: (reason) => `A fechadura indica: ${reason}.`,
  callHelps: 'De momento, tentar de novo não ajuda. Telefone a pedir ajuda.',
  askHelps: 'De momento, tentar de novo não ajuda. Fale com quem lhe deu esta chave.',
  door: 'Porta',
  validFrom: 'Válida a partir de',
  validUntil: 'Válida até',
  openedAt: 'Porta aberta',
  askedAt: 'Pedido enviado',
  usesLeft: 'Utilizações restantes',
  usesOf: (left, max) => `${left} de ${max}`,
  notConfirmed: { one: '# por confirmar', many: '# por confirmar', other: '# por confirmar' },
  validIn: 'Tempo até a sua chave ser válida',
  openFor: 'Tempo para entrar',
  againIn: 'Tempo até à próxima tentativa',
  open: 'Abrir',
  openAgain: 'Abrir de novo',
  tryAgain: 'Tentar de novo',
  lookAgain: 'Voltar a ver',
  backToKey: 'Voltar à sua chave',
  signIn: 'Iniciar sessão',
  signInByApp: 'Abra esta ligação na aplicação que recebeu.',
  signOut: 'Terminar sessão',
  goOn: 'Continuar',
  call: (phone) => `Telefonar para ${phone}`,
  code: 'Código de ajuda',
  wayToDoor: 'Como encontrar a porta',
  pictureOf: (door) => `Fotografia da porta: ${door}`,
  languages: 'Idioma',
}
