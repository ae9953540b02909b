/** The languages of the guest's pages, as browsers ask for them and as a config names them; the first is everybody else's. */
export const LANGUAGE_CODES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'el', 'tr', 'ar', 'zh'] as const

export type LanguageCode = (typeof LANGUAGE_CODES)[number]

export const isLanguageCode = (code: unknown): code is LanguageCode => LANGUAGE_CODES.some((known) => known === code)
