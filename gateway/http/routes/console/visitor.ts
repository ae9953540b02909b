import type { FastifyRequest } from 'fastify'
import type { Scope } from '#domain/access/caller.ts'
import type { RouteOptions } from '#http/routes/route-options.ts'
import type { StaffRoleName } from '#http/words/console/console-words.ts'

/** Whoever looks at a page of the console, as far as pages need to know. */
export interface Visitor {
  readonly name: string
  readonly role: StaffRoleName
  readonly seesPersons: boolean
  has(scope: Scope): boolean
  /** Stands in each form as the hidden field `formToken`. */
  readonly formToken: string
  /** Runs once when the session ends; the answer forgets it. */
  onEnd(run: () => void): () => void
}

/** What the pages of the console are given. */
export interface PageOptions extends RouteOptions {
  visitorOf(request: FastifyRequest): Visitor
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page asks for this by itself, again and again: it keeps nobody signed in. */
    byItself?: true
  }
}
