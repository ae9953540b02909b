import type { Config } from '#config/config.ts'

/** Languages in which a message to a guest is written here. */
export const MESSAGE_LANGUAGES = ['en', 'de'] as const
export type MessageLanguage = (typeof MESSAGE_LANGUAGES)[number]

interface Told {
  readonly link: string
  readonly door: string
  /** Whole sentences want them apart. */
  readonly from: string
  readonly until: string
}

const WORDS: Readonly<Record<MessageLanguage, (told: Told & { site: string }) => readonly string[]>> = {
  en: ({ site, door, link, from, until }) => [
    `${site}: your key for ${door}`,
    `Valid from ${from} until ${until}.`,
    `Open this link in front of the door and press Open: ${link}`,
  ],
  de: ({ site, door, link, from, until }) => [
    `${site}: Ihr Schlüssel für ${door}`,
    `Gültig von ${from} bis ${until}.`,
    `Öffnen Sie diesen Link vor der Tür und tippen Sie auf Öffnen: ${link}`,
  ],
}
const CALL: Readonly<Record<MessageLanguage, string>> = {
  en: 'If the door stays shut, call',
  de: 'Wenn die Tür zu bleibt, rufen Sie an:',
}

/** What a guest is sent, to be copied as it is. */
export function keyMessage(
  language: MessageLanguage,
  key: { readonly link: string; readonly door: string; readonly validFrom: string; readonly validUntil: string },
  { name, timeZone, contact }: Config['site'],
): string {
  const format = new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    ...{ hourCycle: 'h23', timeZone },
  })
  const time = (iso: string): string => format.format(new Date(iso))
  const lines = WORDS[language]({
    ...{ site: name, door: key.door, link: key.link, from: time(key.validFrom), until: time(key.validUntil) },
  })
  if (contact === null) return lines.join('\n')
  const text = typeof contact.text === 'string' ? contact.text : (contact.text?.[language] ?? null)
  const call = [contact.name, contact.phone, text].filter((part) => part !== null).join(', ')
  return [...lines, `${CALL[language]} ${call}`].join('\n')
}
