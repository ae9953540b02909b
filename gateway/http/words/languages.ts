import '@fastify/accepts'
import type { FastifyRequest } from 'fastify'
import { english } from './english.ts'
import { german } from './german.ts'
import type { GuestWords } from './guest-words.ts'

/** The first is for whoever prefers none of them. */
const LANGUAGES: readonly [GuestWords, ...GuestWords[]] = [english, german]

/** The language that the browser asks for. */
export function wordsFor(request: FastifyRequest): GuestWords {
  const [first] = LANGUAGES
  // A request with a bad URL never becomes a whole one: it has no `accepts`.
  if (typeof request.accepts !== 'function') return first
  const wanted = request.accepts().language(LANGUAGES.map(({ language }) => language))
  return LANGUAGES.find(({ language }) => language === wanted) ?? first
}
