import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'Rien n’a été envoyé à la serrure et aucune utilisation n’est décomptée.'
const NOT_SENT = `Veuillez réessayer dans un instant. ${NOTHING_SENT}`
const ASK_GIVER = 'Veuillez vous adresser à la personne qui vous a donné cette clé'
const ASK_SENDER = 'Veuillez vous adresser à la personne qui vous a envoyé le lien.'
const CHECK = 'Veuillez vérifier la porte. La serrure n’a pas indiqué si la porte s’est ouverte.'
const WHOLE_LINK = 'Veuillez ouvrir le lien complet que vous avez reçu.'

export const french: GuestWords = {
  language: 'fr',
  tag: 'fr',
  direction: 'ltr',
  name: 'Français',
  locale: 'fr-FR',
  scenes: {
    ready: { headline: 'Prêt à ouvrir', text: 'Placez-vous devant la porte, puis appuyez sur le bouton.' },
    opening: { headline: 'Ouverture…', text: 'La serrure doit s’ouvrir. Veuillez rester devant la porte.' },
    opened: { headline: 'Porte ouverte', text: 'Veuillez entrer et refermer la porte derrière vous.' },
    'opened-before': {
      headline: 'La porte s’est ouverte',
      text: 'La serrure a répondu tard et s’est peut-être déjà reverrouillée. Si vous êtes encore dehors, appuyez sur le bouton.',
    },
    'not-opened': {
      headline: 'La porte ne s’est pas ouverte',
      text: 'La porte ne s’ouvrira pas plus tard pour cet essai. Aucune utilisation n’est décomptée.',
    },
    jammed: {
      headline: 'La porte ne s’est pas ouverte',
      text: 'Poussez ou tirez la porte, puis réessayez : la serrure n’a pas pu bouger son pêne. La porte ne s’ouvrira pas plus tard pour cet essai et aucune utilisation n’est décomptée.',
    },
    'not-sent': {
      headline: 'La porte ne s’est pas ouverte',
      text: 'Veuillez réessayer : la serrure n’a pas pu être jointe à temps. Rien n’a été envoyé à la serrure, la porte ne s’ouvrira donc pas plus tard. Aucune utilisation n’est décomptée.',
    },
    unconfirmed: {
      headline: 'Pas encore confirmé',
      text: 'Veuillez vérifier la porte : la porte est peut-être ouverte. La serrure n’a pas encore répondu.',
    },
    charged: { headline: 'Jamais confirmé', text: `${CHECK} Cet essai compte comme une utilisation.` },
    released: { headline: 'Jamais confirmé', text: `${CHECK} Cet essai ne compte pas comme une utilisation.` },
    'not-yet-valid': {
      headline: 'Pas encore valable',
      text: 'Votre clé ouvre la porte à partir de l’heure indiquée ci-dessous.',
    },
    expired: { headline: 'Cette clé a expiré', text: `${ASK_GIVER} pour en recevoir une nouvelle.` },
    'used-up': {
      headline: 'Toutes les utilisations sont épuisées',
      text: `${ASK_GIVER} pour en recevoir une nouvelle. Cette clé a servi autant de fois que permis.`,
    },
    revoked: { headline: 'Cette clé a été retirée', text: `${ASK_GIVER}. La clé n’ouvre plus la porte.` },
    'lock-offline': {
      headline: 'La serrure ne peut pas être jointe',
      text: 'Veuillez demander de l’aide par téléphone ou réessayer dans un instant. Rien n’a été envoyé à la serrure : la porte ne s’ouvrira pas toute seule et aucune utilisation n’est décomptée.',
    },
    'lock-busy': {
      headline: 'La serrure est occupée',
      text: `D’autres personnes ouvrent cette porte en ce moment. ${NOT_SENT}`,
    },
    'sign-in': { headline: 'Veuillez vous connecter', text: 'Cette clé est réservée à certaines personnes.' },
    'sign-in-again': {
      headline: 'Veuillez vous reconnecter',
      text: 'Cette clé est réservée à certaines personnes et votre connexion a pris fin.',
    },
    'signed-in': { headline: 'Vous êtes connecté', text: 'Votre clé va s’afficher.' },
    'sign-in-failed': {
      headline: 'La connexion n’a pas réussi',
      text: 'Veuillez revenir à votre clé et vous y connecter. La connexion n’a pas commencé dans ce navigateur ou a pris trop de temps.',
    },
    'signed-out': { headline: 'Vous êtes déconnecté', text: 'Ce navigateur ne sait plus qui vous êtes.' },
    'wrong-user': {
      headline: 'Cette clé est pour une autre personne',
      text: `${ASK_SENDER} Vous êtes connecté, mais cette clé ne vous a pas été donnée.`,
    },
    'unknown-link': {
      headline: 'Lien inconnu',
      text: `${ASK_SENDER} Il n’existe pas de clé pour ce lien.`,
    },
    'incomplete-link': { headline: 'Ce lien est incomplet', text: WHOLE_LINK },
    'nothing-here': { headline: 'Il n’y a rien ici', text: WHOLE_LINK },
    'unknown-attempt': { headline: 'Essai inconnu', text: 'Aucun essai de ce genre n’est connu pour cette clé.' },
    'not-from-here': {
      headline: 'Pas depuis cette page',
      text: 'Veuillez ouvrir votre lien et y appuyer sur le bouton. Une autre page a tenté d’agir en votre nom.',
    },
    'open-with-button': {
      headline: 'Ouvrez de nouveau votre lien',
      text: 'La porte s’ouvre avec le bouton sur la page de votre clé.',
    },
    'clock-untrusted': {
      headline: 'Le système de porte ne connaît pas l’heure',
      text: `Veuillez demander de l’aide par téléphone : le système ne peut pas savoir si votre clé est valable maintenant. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'Le système de porte est en panne', text: NOT_SENT },
    'rate-limited': {
      headline: 'Trop d’essais',
      text: 'Il y a eu trop d’essais en peu de temps. Veuillez attendre la fin du temps indiqué ci-dessous.',
    },
    overloaded: { headline: 'Trop de demandes à la fois', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Veuillez appuyer de nouveau',
      text: `La connexion a été coupée avant votre tour. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'Un instant, s’il vous plaît', text: `Le système de porte redémarre. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Pas de connexion',
      text: 'Veuillez vérifier la porte : la porte est peut-être ouverte. Votre téléphone a perdu la connexion. Actualisez ensuite la page.',
    },
    fault: {
      headline: 'Un problème est survenu',
      text: 'Veuillez vérifier la porte avant de réessayer. Le système de porte est en panne.',
    },
    other: { headline: 'Cela n’a pas fonctionné', text: 'Veuillez ouvrir de nouveau votre lien.' },
  },
  changesByItself: 'Cette page change toute seule dès que la serrure répond.',
  lockReasons: {
    privacy: 'Une personne a verrouillé la porte de l’intérieur.',
    lockdown: 'La serrure ne doit ouvrir à personne en ce moment.',
    battery: 'La pile de la serrure est trop faible.',
    busy: 'La serrure bougeait déjà son pêne.',
    'not-executed': 'La demande n’est pas parvenue à temps à la serrure.',
  },
  lockSays: (reason) => `La serrure indique : ${reason}.`,
  callHelps: 'Réessayer n’aide pas pour le moment. Veuillez appeler.',
  askHelps: `Réessayer n’aide pas pour le moment. ${ASK_GIVER}.`,
  door: 'Porte',
  validFrom: 'Valable à partir de',
  validUntil: 'Valable jusqu’à',
  openedAt: 'Porte ouverte',
  askedAt: 'Demande envoyée',
  usesLeft: 'Utilisations restantes',
  usesOf: (left, max) => `${left} sur ${max}`,
  notConfirmed: { one: '# non confirmée', many: '# non confirmées', other: '# non confirmées' },
  validIn: 'Temps avant que votre clé soit valable',
  openFor: 'Temps restant pour entrer',
  againIn: 'Temps avant le prochain essai',
  open: 'Ouvrir',
  openAgain: 'Ouvrir de nouveau',
  tryAgain: 'Réessayer',
  lookAgain: 'Actualiser',
  backToKey: 'Retour à votre clé',
  signIn: 'Se connecter',
  signInByApp: 'Ouvrez ce lien dans l’application que vous avez reçue.',
  signOut: 'Se déconnecter',
  goOn: 'Continuer',
  call: (phone) => `Appeler le ${phone}`,
  code: 'Code d’aide',
  wayToDoor: 'Comment trouver la porte',
  pictureOf: (door) => `Photo de la porte : ${door}`,
  languages: 'Langue',
}
