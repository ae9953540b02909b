import { open, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { JWKS_MAX_BYTES, parseKeys, Unusable } from './usable-keys.ts'

const REFRESH_EVERY_MS = 15 * 60_000
/** A token with a key that nobody knows may be the first of a new key, or a stranger's: asked for at most this often. */
const ASK_AGAIN_AFTER_MS = 60_000
const ANSWER_MAX_MS = 3_000

export interface JwksSourceStatus {
  /** Wall clock of the last answer that was good; null if none since the start. */
  readonly refreshedAtMs: number | null
  /** Why the last refresh left the file as it was; null when it did not. */
  readonly problem: string | null
}

interface Options {
  readonly url: string
  readonly file: string
  readonly algorithms: ReadonlySet<string>
  readonly clock: Clock
  readonly log: Log
  readonly fetch: typeof globalThis.fetch
}

/**
 * Where the issuer publishes its keys. The local file stays the authority: this only brings a newer one, whole or not
 * at all, so a site without the internet goes on with the keys that it has.
 */
export class JwksSource {
  readonly #options: Options
  #refreshing: Promise<boolean> | null = null
  #askedAtMs = Number.NEGATIVE_INFINITY
  #refreshedAtMs: number | null = null
  #problem: string | null = null

  constructor(options: Options) {
    this.#options = options
  }

  status(): JwksSourceStatus {
    return { refreshedAtMs: this.#refreshedAtMs, problem: this.#problem }
  }

  /** Refreshes now and then, until the answer is called. */
  start(): () => void {
    const { clock } = this.#options
    let cancel = () => {}
    const again = () => {
      // Never rejects.
      void this.refresh()
      cancel = clock.startTimer(REFRESH_EVERY_MS, again)
    }
    again()
    return () => cancel()
  }

  /** True when the file may have changed; false at once when it was asked for a moment ago. */
  async refreshForUnknownKey(): Promise<boolean> {
    // Whoever comes second after a rotation waits for what the first one has asked for.
    if (this.#refreshing !== null) return await this.#refreshing
    if (this.#options.clock.monotonicMs() - this.#askedAtMs < ASK_AGAIN_AFTER_MS) return false
    return await this.refresh()
  }

  /** False when the source could not be asked, or its answer is no better than what is there. Never rejects. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  async #refresh(): Promise<boolean> {
    const { file, algorithms, clock, log } = this.#options
    this.#askedAtMs = clock.monotonicMs()
    try {
      const { keys } = await parseKeys(await this.#fetched(), algorithms)
      const content = JSON.stringify({ keys })
      if (content !== (await readFile(file, 'utf8').catch(() => null))) {
        await replaceDurably(file, content)
        log.info({ keys: keys.length }, 'token keys refreshed')
      }
      this.#refreshedAtMs = clock.nowMs()
      this.#problem = null
      return true
    } catch (error) {
      const problem = problemOf(error)
      const fields = { cause: problem }
      // A site may be offline for days: that is said once, and then stands in /readyz.
      if (problem !== this.#problem) log.warn(fields, 'token keys not refreshed, the old ones stay')
      this.#problem = problem
      return false
    }
  }

  async #fetched(): Promise<Buffer> {
    const { url, fetch } = this.#options
    // A redirect could lead to keys that the config does not name.
    const answer = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: AbortSignal.timeout(ANSWER_MAX_MS),
    })
    if (!answer.ok || answer.body === null) throw new Unusable(`is answered with status ${answer.status}`)
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const part of answer.body) {
      bytes += part.length
      if (bytes > JWKS_MAX_BYTES) throw new Unusable(`is larger than ${JWKS_MAX_BYTES} bytes`)
      parts.push(part)
    }
    return Buffer.concat(parts)
  }
}

/** A power cut leaves the old file or the new one, never half of one. */
async function replaceDurably(file: string, content: string): Promise<void> {
  const whole = `${file}.new`
  const handle = await open(whole, 'w', 0o644)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(whole, file)
  const folder = await open(path.dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Never the URL, which may hold a secret, nor what came from it. */
function problemOf(error: unknown): string {
  if (error instanceof Unusable) return error.message
  if (error instanceof Error && error.name === 'TimeoutError') return 'does not answer'
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  return code === null ? 'cannot be reached' : `cannot be stored (${code})`
}
