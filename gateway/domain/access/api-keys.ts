import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { StoreFault } from '#domain/ports.ts'
import { changeInTime } from '#domain/time/change-in-time.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Caller, Scope } from './caller.ts'

/** `lk_<id>_<secret>`: 64 random bits that name the row, 256 that are the secret. */
export const API_KEY_PATTERN = /^lk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/
export const API_KEY_ID_PATTERN = /^[0-9a-f]{16}$/

export interface NewApiKey {
  readonly id: string
  /** SHA-256 of the secret, base64url: the secret itself is shown once and kept nowhere. */
  readonly secretHash: string
  readonly organization: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAtMs: number
  /** UTC, exclusive; null without an end. */
  readonly expiresAtMs: number | null
}

export interface ApiKey extends NewApiKey {
  readonly revokedAtMs: number | null
  readonly lastUsedAtMs: number | null
}

export interface ApiKeyUse {
  readonly id: string
  readonly atMs: number
}

export interface ApiKeyStore {
  listApiKeys(): Promise<readonly ApiKey[]>
  createApiKey(key: NewApiKey): Promise<void>
  findApiKey(id: string): Promise<ApiKey | null>
  /** The key as it is stored after this, revoked now or before; null when there is none. */
  revokeApiKey(id: string, atMs: number): Promise<ApiKey | null>
  noteApiKeyUses(uses: readonly ApiKeyUse[]): Promise<void>
}

export type RevokeApiKeyResult =
  | { readonly kind: 'revoked' | 'already-revoked'; readonly key: ApiKey }
  | { readonly kind: 'not-found' }

interface Deps {
  store: ApiKeyStore
  clock: Clock
}

/** What an unknown key is compared with, so that it takes as long as a known one. */
const NO_HASH = hash('sha256', 'no key has this secret', 'buffer')

/** The API keys of the site in memory: one process owns the store, so a revocation takes effect at once. */
export class ApiKeys {
  readonly #deps: Deps
  readonly #keys: Map<string, ApiKey>
  /** Uses that are not stored yet: a commit for each request would cost more than the request. */
  readonly #uses = new Map<string, number>()

  constructor(keys: readonly ApiKey[], deps: Deps) {
    this.#deps = deps
    this.#keys = new Map(keys.map((key) => [key.id, key]))
  }

  /** Null for every key that is not good, for whatever reason. */
  verify(text: string): Caller | null {
    const [, id = '', secret = ''] = API_KEY_PATTERN.exec(text) ?? []
    const key = this.#keys.get(id)
    const expected = key === undefined ? NO_HASH : Buffer.from(key.secretHash, 'base64url')
    const isSame = timingSafeEqual(hash('sha256', secret, 'buffer'), expected)
    const nowMs = this.#deps.clock.nowMs()
    if (key === undefined || !isSame || !this.#isLive(id, nowMs)) return null
    this.#uses.set(id, nowMs)
    return {
      principal: { kind: 'service', organization: key.organization, apiKeyId: id },
      scopes: new Set(key.scopes),
      isStillGood: (atMs) => this.#isLive(id, atMs),
    }
  }

  /** `apiKey` is the only copy of the secret. */
  async create(
    asked: Pick<NewApiKey, 'organization' | 'name' | 'scopes' | 'expiresAtMs'>,
  ): Promise<{ key: ApiKey; apiKey: string }> {
    const id = randomBytes(8).toString('hex')
    const secret = randomBytes(32).toString('base64url')
    const createdAtMs = this.#deps.clock.nowMs()
    const added = { ...asked, id, secretHash: hash('sha256', secret, 'base64url'), createdAtMs }
    const key = { ...added, revokedAtMs: null, lastUsedAtMs: null }
    const creating = this.#deps.store.createApiKey(added).then(() => key)
    return { key: await this.#followed(id, creating), apiKey: `lk_${id}_${secret}` }
  }

  async revoke(id: string): Promise<RevokeApiKeyResult> {
    const before = this.#keys.get(id) ?? (await this.#deps.store.findApiKey(id))
    if (before === null) return { kind: 'not-found' }
    const revokedAtMs = this.#deps.clock.nowMs()
    const key = await this.#followed(id, this.#deps.store.revokeApiKey(id, revokedAtMs))
    if (key === null) return { kind: 'not-found' }
    return { kind: before.revokedAtMs === null && key.revokedAtMs === revokedAtMs ? 'revoked' : 'already-revoked', key }
  }

  /** In order of creation; revoked and expired ones too. */
  list(): readonly ApiKey[] {
    return [...this.#keys.values()]
      .map((key) => ({ ...key, lastUsedAtMs: this.#uses.get(key.id) ?? key.lastUsedAtMs }))
      .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1))
  }

  /** Stores the uses since the last call. */
  async keepUses(): Promise<void> {
    const uses = [...this.#uses].map(([id, atMs]) => ({ id, atMs }))
    if (uses.length === 0) return
    await this.#deps.store.noteApiKeyUses(uses)
    for (const { id, atMs } of uses) {
      const key = this.#keys.get(id)
      if (key !== undefined) this.#keys.set(id, { ...key, lastUsedAtMs: atMs })
      if (this.#uses.get(id) === atMs) this.#uses.delete(id)
    }
  }

  /**
   * Memory follows a change of a key, also when that comes after its answer. A change may be stored and lose its answer,
   * because the writer died: then memory takes what is stored.
   */
  async #followed<Key extends ApiKey | null>(id: string, change: Promise<Key>): Promise<Key> {
    const remember = (stored: ApiKey | null): void => {
      if (stored !== null) this.#keys.set(id, stored)
    }
    const following = change.then(
      (key) => {
        remember(key)
        return key
      },
      async (error: unknown) => {
        if (error instanceof StoreFault && error.mayBeStored) remember(await this.#deps.store.findApiKey(id))
        throw error
      },
    )
    return await changeInTime(following, this.#deps.clock)
  }

  #isLive(id: string, nowMs: number): boolean {
    const key = this.#keys.get(id)
    return key !== undefined && key.revokedAtMs === null && (key.expiresAtMs === null || nowMs < key.expiresAtMs)
  }
}
