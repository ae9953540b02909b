import type { FastifyRequest } from 'fastify'
import { languageFor } from '#http/words/languages.ts'
import { CONSOLE_LANGUAGES, type ConsoleLanguage, type ConsoleWords } from './console-words.ts'
import { english } from './english.ts'
import { german } from './german.ts'

export const CONSOLE_WORDS: Readonly<Record<ConsoleLanguage, ConsoleWords>> = { en: english, de: german }

/** As the guest's pages choose theirs, among the languages of the console. */
export const consoleWordsFor = (request: FastifyRequest): ConsoleWords =>
  CONSOLE_WORDS[languageFor(request, CONSOLE_LANGUAGES)]
