import { readFile, stat } from 'node:fs/promises'
import type { JWTVerifyGetKey } from 'jose'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { parseKeys, Unusable, type UsableKeys } from './usable-keys.ts'

const LOOK_AGAIN_AFTER_MS = 1_000

/** What `/readyz` tells of the keys in use. */
export interface JwksFileStatus {
  readonly keyCount: number
  /** Wall clock, when the keys in use were read. */
  readonly readAtMs: number
  /** Wall clock, when the file with them was written. */
  readonly writtenAtMs: number
  /** Why the file as it is now is not in use; null when it is. */
  readonly problem: string | null
}

/**
 * The issuer's public keys in a local file. A new file counts within a second, without a restart; one that is missing,
 * half-written, or without a usable key leaves the old keys in place, and the log says so once.
 */
export class JwksFile {
  readonly #path: string
  readonly #algorithms: ReadonlySet<string>
  readonly #deps: { clock: Clock; log: Log }
  #keys: UsableKeys
  #readAtMs: number
  #writtenAtMs: number
  #problem: string | null = null
  /** Which state of the file was looked at last, good or bad. */
  #seen: string
  #lookedAtMs: number
  #looking: Promise<void> | null = null

  static async open(
    path: string,
    algorithms: ReadonlySet<string>,
    deps: { clock: Clock; log: Log },
  ): Promise<JwksFile> {
    try {
      const state = await fileState(path)
      return new JwksFile(path, algorithms, deps, await readKeys(path, algorithms), state)
    } catch (error) {
      throw new Error(`jwt.jwksFile ${JSON.stringify(path)}: ${sentenceOf(error)}`)
    }
  }

  private constructor(
    path: string,
    algorithms: ReadonlySet<string>,
    deps: { clock: Clock; log: Log },
    keys: UsableKeys,
    state: FileState,
  ) {
    this.#path = path
    this.#algorithms = algorithms
    this.#deps = deps
    this.#keys = keys
    this.#readAtMs = deps.clock.nowMs()
    this.#seen = state.name
    this.#writtenAtMs = state.writtenAtMs
    this.#lookedAtMs = deps.clock.monotonicMs()
  }

  status(): JwksFileStatus {
    const keyCount = this.#keys.keys.length
    return { keyCount, readAtMs: this.#readAtMs, writtenAtMs: this.#writtenAtMs, problem: this.#problem }
  }

  /** @param now looks at the file even if it was looked at a moment ago */
  async current(now = false): Promise<JWTVerifyGetKey> {
    const nowMs = this.#deps.clock.monotonicMs()
    if (this.#looking === null && (now || nowMs - this.#lookedAtMs >= LOOK_AGAIN_AFTER_MS)) {
      this.#lookedAtMs = nowMs
      this.#looking = this.#look().finally(() => {
        this.#looking = null
      })
    }
    if (this.#looking !== null) await this.#looking
    return this.#keys.find
  }

  async #look(): Promise<void> {
    const seenBefore = this.#seen
    try {
      // State before content: a write between the two is seen as one more change.
      const state = await fileState(this.#path)
      if (state.name === this.#seen) return
      this.#seen = state.name
      this.#keys = await readKeys(this.#path, this.#algorithms)
      this.#readAtMs = this.#deps.clock.nowMs()
      this.#writtenAtMs = state.writtenAtMs
      this.#problem = null
      this.#deps.log.info({}, 'token keys read again')
    } catch (error) {
      this.#problem = sentenceOf(error)
      if (this.#seen === seenBefore) this.#seen = 'unreadable'
      if (seenBefore === 'unreadable' && this.#seen === 'unreadable') return
      this.#deps.log.error({ cause: sentenceOf(error) }, 'token keys not usable, the old ones stay')
    }
  }
}

interface FileState {
  /** Another one for another content. */
  readonly name: string
  readonly writtenAtMs: number
}

async function fileState(path: string): Promise<FileState> {
  const { ino, size, mtimeNs, ctimeNs, mtimeMs } = await stat(path, { bigint: true })
  return { name: [ino, size, mtimeNs, ctimeNs].join(' '), writtenAtMs: Number(mtimeMs) }
}

const readKeys = async (path: string, algorithms: ReadonlySet<string>): Promise<UsableKeys> =>
  parseKeys(await readFile(path), algorithms)

function sentenceOf(error: unknown): string {
  if (error instanceof Unusable) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault'
  return code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`
}
