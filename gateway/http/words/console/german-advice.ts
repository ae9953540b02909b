import { filled, readSeenAdvice, type SeenAdvice } from '#domain/alarms/seen-advice.ts'

const SENTENCES: Readonly<Record<SeenAdvice, string>> = {
  'contested-from-one':
    'Etwas verbindet sich von {address} immer wieder als dieses Schloss, während es verbunden ist: zwei Geräte mit einem Namen und Passwort, oder eines, das dauernd neu startet. Nachsehen, welches Gerät das Schloss ist.',
  'contested-from-two':
    'Zwei Geräte verbinden sich abwechselnd als dieses Schloss, von {one} und {other}: Wurde eine Platine zweimal bespielt, oder hat jemand sein Passwort? Nachsehen, welches an der Tür hängt, und das andere vom Netz nehmen.',
  'prepared-by-one':
    '{by} darf keine weiteren Schlösser vorbereiten: {limit} eigene haben noch keinen Schlüssel. Ist ein Programm defekt, oder ist sein Zugang in falschen Händen? Was mit lock add aufgenommen wird, zählt nicht mehr.',
  'prepared-by-all':
    '{by} darf keine weiteren Schlösser vorbereiten: {limit} der Programme haben noch keinen Schlüssel. Ist ein Programm defekt, oder ist sein Zugang in falschen Händen? Was mit lock add aufgenommen wird, zählt nicht mehr.',
  'programs-end':
    'API-Schlüssel: {keys}. Jedem Programm einen neuen geben (api-key create) und den alten zurückziehen.',
  'staff-end': 'Personal: {people}. Mehr Zeit geben (staff until) oder den Zugang beenden (staff remove).',
  'keys-unusable':
    'Eine Datei mit Token-Schlüsseln ist unbrauchbar: {files}. Die alten Schlüssel gelten weiter; eine ganze Datei dorthin legen. Woran es liegt, steht im Betriebsprotokoll.',
  'keys-stale': 'Seit 24 Stunden nicht aufgefrischt: {issuers}. Den Weg zum Aussteller prüfen.',
  'nobody-told':
    'Meldungen an {receivers} kamen seit einem Tag nicht an: Mit alarms receivers nachsehen, warum, es beheben und mit alarms test ausprobieren.',
}

/** Advice as it was stored; null when it is none of the sentences that are known. */
export function germanAdvice(stored: string): string | null {
  // Programs and staff may end together: a sentence of each.
  const both = stored.indexOf(' Staff: ')
  if (stored.startsWith('API keys: ') && both > 0) {
    const [programs, staff] = [stored.slice(0, both), stored.slice(both + 1)].map(germanAdvice)
    return programs == null || staff == null ? null : `${programs} ${staff}`
  }
  const read = readSeenAdvice(stored)
  if (read === null) return null
  const values = Object.entries(read.values).map(([place, value]) => {
    const isOfIssuers = place === 'files' || place === 'issuers'
    return [place, isOfIssuers ? issuersIn(value) : listInGerman(value)] as const
  })
  return filled(SENTENCES[read.name], Object.fromEntries(values))
}

/** What is wrong with each is said by the log, in its own language. */
const issuersIn = (value: string): string =>
  [...value.matchAll(/token keys of (\S+)/g)].map(([, issuer = '']) => issuer).join(', ')

const listInGerman = (value: string): string =>
  value
    .replaceAll(/ (ended|ends) (?=\d{4}-\d\d-\d\dT)/g, (_, when) => (when === 'ends' ? ' endet ' : ' endete '))
    .replace(/ and (\d+) more$/, ' und $1 weitere')
