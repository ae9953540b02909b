import '@fastify/accepts'
import '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { arabic } from './arabic.ts'
import { chinese } from './chinese.ts'
import { dutch } from './dutch.ts'
import { english } from './english.ts'
import { french } from './french.ts'
import { german } from './german.ts'
import { greek } from './greek.ts'
import type { GuestWords } from './guest-words.ts'
import { italian } from './italian.ts'
import { isLanguageCode, LANGUAGE_CODES, type LanguageCode } from './language-codes.ts'
import { polish } from './polish.ts'
import { portuguese } from './portuguese.ts'
import { spanish } from './spanish.ts'
import { turkish } from './turkish.ts'

export const LANGUAGES: Readonly<Record<LanguageCode, GuestWords>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  it: italian,
  pt: portuguese,
  nl: dutch,
  pl: polish,
  el: greek,
  tr: turkish,
  ar: arabic,
  zh: chinese,
}

/** What the switch on a page asks for, and what this browser is remembered by. It tells one of a dozen things, and nothing else. */
export const LANGUAGE_PARAMETER = 'lang'
const COOKIE = 'latchkey-language'
const COOKIE_MAX_AGE_S = 365 * 86_400

export const wordsFor = (request: FastifyRequest): GuestWords => LANGUAGES[languageFor(request, LANGUAGE_CODES)]

/**
 * Of these, the language that was chosen here, then the one that was chosen before, then what the browser asks for, then
 * the first.
 */
export function languageFor<Code extends LanguageCode>(
  request: FastifyRequest,
  [first, ...others]: readonly [Code, ...Code[]],
): Code {
  const codes = [first, ...others]
  const among = (chosen: string | null): Code | null => codes.find((code) => code === chosen) ?? null
  return among(chosenIn(request)) ?? among(rememberedIn(request)) ?? among(wantedBy(request, codes)) ?? first
}

/** Sets a cookie only for whoever just chose: it serves nothing but what was asked for, so nobody has to consent to it. */
export function rememberLanguage(request: FastifyRequest, reply: FastifyReply): void {
  const chosen = chosenIn(request)
  if (chosen === null || !isWhole(request)) return
  reply.setCookie(COOKIE, chosen, {
    ...{ path: '/', maxAge: COOKIE_MAX_AGE_S, httpOnly: true, sameSite: 'lax', secure: 'auto' },
  })
}

/** From the URL as it came: error pages have no parsed one. */
function chosenIn(request: FastifyRequest): LanguageCode | null {
  const [, query = ''] = (request.raw.url ?? '').split('?', 2)
  const code = new URLSearchParams(query).get(LANGUAGE_PARAMETER)
  return isLanguageCode(code) ? code : null
}

function rememberedIn(request: FastifyRequest): LanguageCode | null {
  const { cookie } = request.headers
  if (cookie === undefined || !isWhole(request)) return null
  const code = request.server.parseCookie(cookie)[COOKIE]
  return isLanguageCode(code) ? code : null
}

function wantedBy(request: FastifyRequest, codes: readonly LanguageCode[]): LanguageCode | null {
  const code = isWhole(request) ? request.accepts().language([...codes]) : null
  return isLanguageCode(code) ? code : null
}

/** A request with a bad URL never becomes a whole one: it has no `accepts`, and its answer sets no cookie. */
const isWhole = (request: FastifyRequest): boolean => typeof request.accepts === 'function'
