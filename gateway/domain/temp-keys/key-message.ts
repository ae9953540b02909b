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

/** What a message says of the place that it comes from. */
interface MessageSite {
  readonly name: string
  readonly timeZone: string
  readonly contact: {
    readonly name: string
    readonly phone: string | null
    readonly text: string | Readonly<Record<string, string | undefined>> | null
  } | null
}

/** What a guest is sent, to be copied as it is. Times are UTC ms, and told by the clock of the site. */
export function keyMessage(
  language: MessageLanguage,
  key: { readonly link: string; readonly door: string; readonly validFromMs: number; readonly validUntilMs: number },
  { name, timeZone, contact }: MessageSite,
): string {
  const format = new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    ...{ hourCycle: 'h23', timeZone },
  })
  const lines = WORDS[language]({
    ...{ site: name, door: key.door, link: key.link, from: format.format(key.validFromMs) },
    until: format.format(key.validUntilMs),
  })
  if (contact === null) return lines.join('\n')
  return [...lines, `${CALL[language]} ${contactLine(contact, language)}`].join('\n')
}

/** Whom a guest calls, in one line. */
export function contactLine(
  { name, phone, text }: NonNullable<MessageSite['contact']>,
  language: MessageLanguage,
): string {
  const said = typeof text === 'string' ? text : (text?.[language] ?? null)
  return [name, phone, said].filter((part) => part !== null).join(', ')
}
