import type { Logger } from 'pino'

/** Work that nobody waits for, and where its failures go. */
export interface Background {
  readonly log: Logger
  inBackground(work: Promise<unknown>): void
}

export const createBackground = (log: Logger): Background => ({
  log,
  inBackground: (work) => {
    work.catch((error: unknown) =>
      log.error({ cause: error instanceof Error ? error.message : String(error) }, 'background work failed'),
    )
  },
})
