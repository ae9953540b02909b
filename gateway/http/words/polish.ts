import type { GuestWords } from './guest-words.ts'

const NOTHING_SENT = 'Do zamka nic nie zostało wysłane i żadne użycie klucza nie zostało zużyte.'
const NOT_SENT = `Prosimy spróbować ponownie za chwilę. ${NOTHING_SENT}`
const CHECK = 'Prosimy sprawdzić drzwi. Zamek nie podał, czy drzwi się otworzyły.'
const ASK_NEW = 'Prosimy poprosić o nowy klucz osobę, od której pochodzi ten klucz.'
const ASK_SENDER = 'Prosimy zapytać osobę, która przysłała link.'
const WHOLE_LINK = 'Prosimy otworzyć cały otrzymany link.'

export const polish: GuestWords = {
  language: 'pl',
  tag: 'pl',
  direction: 'ltr',
  name: 'Polski',
  locale: 'pl-PL',
  scenes: {
    ready: { headline: 'Gotowe do otwarcia', text: 'Prosimy stanąć przy drzwiach, a potem nacisnąć przycisk.' },
    opening: { headline: 'Otwieranie…', text: 'Zamek dostał prośbę o otwarcie. Prosimy pozostać przy drzwiach.' },
    opened: { headline: 'Drzwi otwarte', text: 'Prosimy wejść i zamknąć za sobą drzwi.' },
    'opened-before': {
      headline: 'Drzwi zostały otwarte',
      text: 'Zamek odpowiedział późno i być może jest już znowu zamknięty. Jeśli drzwi są zamknięte, prosimy nacisnąć przycisk.',
    },
    'not-opened': {
      headline: 'Drzwi się nie otworzyły',
      text: 'Po tej próbie drzwi nie otworzą się także później. Żadne użycie klucza nie zostało zużyte.',
    },
    jammed: {
      headline: 'Drzwi się nie otworzyły',
      text: 'Prosimy popchnąć lub pociągnąć drzwi i spróbować ponownie: zamek nie mógł poruszyć ryglem. Po tej próbie drzwi nie otworzą się także później i żadne użycie klucza nie zostało zużyte.',
    },
    'not-sent': {
      headline: 'Drzwi się nie otworzyły',
      text: 'Prosimy spróbować ponownie: nie udało się na czas połączyć z zamkiem. Do zamka nic nie zostało wysłane, więc drzwi nie otworzą się także później. Żadne użycie klucza nie zostało zużyte.',
    },
    unconfirmed: {
      headline: 'Jeszcze bez potwierdzenia',
      text: 'Prosimy sprawdzić drzwi: być może są otwarte. Zamek jeszcze nie odpowiedział.',
    },
    charged: { headline: 'Brak potwierdzenia', text: `${CHECK} Ta próba liczy się jako użycie klucza.` },
    released: { headline: 'Brak potwierdzenia', text: `${CHECK} Ta próba nie liczy się jako użycie klucza.` },
    'not-yet-valid': { headline: 'Jeszcze nieważny', text: 'Klucz otwiera drzwi od godziny podanej poniżej.' },
    expired: { headline: 'Ten klucz stracił ważność', text: ASK_NEW },
    'used-up': {
      headline: 'Wszystkie użycia są wyczerpane',
      text: `${ASK_NEW} Ten klucz został użyty tyle razy, ile było można.`,
    },
    revoked: {
      headline: 'Ten klucz został wycofany',
      text: 'Prosimy zapytać osobę, od której pochodzi ten klucz. Klucz nie otwiera już drzwi.',
    },
    'lock-offline': {
      headline: 'Nie można połączyć się z zamkiem',
      text: 'Prosimy zadzwonić po pomoc albo za chwilę odświeżyć stronę. Do zamka nic nie zostało wysłane: drzwi same się nie otworzą i żadne użycie klucza nie zostało zużyte.',
    },
    'lock-busy': { headline: 'Zamek jest zajęty', text: `Inne osoby otwierają właśnie te drzwi. ${NOT_SENT}` },
    'sign-in': { headline: 'Prosimy się zalogować', text: 'Ten klucz jest przeznaczony dla określonych osób.' },
    'sign-in-again': {
      headline: 'Prosimy zalogować się ponownie',
      text: 'Ten klucz jest przeznaczony dla określonych osób, a logowanie wygasło.',
    },
    'signed-in': { headline: 'Zalogowano', text: 'Za chwilę pojawi się klucz.' },
    'sign-in-failed': {
      headline: 'Logowanie się nie udało',
      text: 'Prosimy wrócić do klucza i zalogować się tam. Logowanie nie zaczęło się w tej przeglądarce albo trwało zbyt długo.',
    },
    'signed-out': { headline: 'Wylogowano', text: 'Ta przeglądarka nie pamięta już, kto się zalogował.' },
    'wrong-user': {
      headline: 'Ten klucz jest dla kogoś innego',
      text: `${ASK_SENDER} Logowanie się udało, ale ten klucz wydano innej osobie.`,
    },
    'unknown-link': { headline: 'Nieznany link', text: `${ASK_SENDER} Do tego linku nie ma żadnego klucza.` },
    'incomplete-link': { headline: 'Ten link jest niepełny', text: WHOLE_LINK },
    'nothing-here': { headline: 'Tutaj nic nie ma', text: WHOLE_LINK },
    'unknown-attempt': { headline: 'Nieznana próba', text: 'O takiej próbie z tym kluczem nic nie wiadomo.' },
    'not-from-here': {
      headline: 'Nie z tego miejsca',
      text: 'Prosimy otworzyć swój link i tam nacisnąć przycisk. Inna strona próbowała zrobić to w Państwa imieniu.',
    },
    'open-with-button': {
      headline: 'Prosimy ponownie otworzyć link',
      text: 'Drzwi otwiera się przyciskiem na stronie klucza.',
    },
    'clock-untrusted': {
      headline: 'System drzwi nie zna godziny',
      text: `Prosimy zadzwonić po pomoc: system nie wie, czy klucz jest teraz ważny. ${NOTHING_SENT}`,
    },
    'gateway-fault': { headline: 'System drzwi ma awarię', text: NOT_SENT },
    'rate-limited': {
      headline: 'Zbyt wiele prób',
      text: 'W krótkim czasie było zbyt wiele prób. Prosimy poczekać, aż minie czas podany poniżej.',
    },
    overloaded: { headline: 'Zbyt wiele naraz', text: NOT_SENT },
    'nobody-waits': {
      headline: 'Prosimy nacisnąć jeszcze raz',
      text: `Połączenie zostało zamknięte, zanim przyszła kolej na tę prośbę. ${NOTHING_SENT}`,
    },
    restarting: { headline: 'Chwileczkę', text: `System drzwi uruchamia się ponownie. ${NOT_SENT}` },
    'no-connection': {
      headline: 'Brak połączenia',
      text: 'Prosimy sprawdzić drzwi: być może są otwarte. Telefon stracił połączenie. Potem prosimy odświeżyć stronę.',
    },
    fault: {
      headline: 'Coś poszło nie tak',
      text: 'Prosimy sprawdzić drzwi przed kolejną próbą. System drzwi ma awarię.',
    },
    other: { headline: 'To się nie udało', text: 'Prosimy ponownie otworzyć swój link.' },
  },
  changesByItself: 'Ta strona zmieni się sama, gdy zamek odpowie.',
  lockReasons: {
    privacy: 'Ktoś zamknął drzwi od środka.',
    lockdown: 'Zamek obecnie nie może nikomu otwierać.',
    battery: 'Bateria zamka jest zbyt słaba.',
    busy: 'Zamek już poruszał ryglem.',
    'not-executed': 'Prośba nie dotarła do zamka na czas.',
  },
  lockSays: (reason) => `Zamek podaje: ${reason}.`,
  callHelps: 'Kolejna próba teraz nie pomoże. Prosimy zadzwonić po pomoc.',
  askHelps: 'Kolejna próba teraz nie pomoże. Prosimy zapytać osobę, od której pochodzi ten klucz.',
  door: 'Drzwi',
  validFrom: 'Ważny od',
  validUntil: 'Ważny do',
  openedAt: 'Drzwi otwarte',
  askedAt: 'Prośba wysłana',
  usesLeft: 'Pozostałe użycia',
  usesOf: (left, max) => `${left} z ${max}`,
  notConfirmed: {
    one: '# niepotwierdzone',
    few: '# niepotwierdzone',
    many: '# niepotwierdzonych',
    other: '# niepotwierdzonego',
  },
  validIn: 'Czas do początku ważności klucza',
  openFor: 'Czas na wejście',
  againIn: 'Czas do następnej próby',
  open: 'Otwórz',
  openAgain: 'Otwórz ponownie',
  tryAgain: 'Spróbuj ponownie',
  lookAgain: 'Odśwież',
  backToKey: 'Wróć do klucza',
  signIn: 'Zaloguj się',
  signInByApp: 'Prosimy otworzyć ten link w otrzymanej aplikacji.',
  signOut: 'Wyloguj się',
  goOn: 'Dalej',
  call: (phone) => `Zadzwoń: ${phone}`,
  code: 'Kod pomocy',
  wayToDoor: 'Jak znaleźć drzwi',
  pictureOf: (door) => `Zdjęcie drzwi: ${door}`,
  languages: 'Język',
}
