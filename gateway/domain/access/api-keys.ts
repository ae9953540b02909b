import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ApiKeyStore } from '#domain/access-ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { followChange } from '#domain/time/follow-change.ts'
import { type ApiKeyId, newApiKeyId, parseApiKeyId } from '#protocol/ids.ts'
import { API_KEY_PATTERN, type ApiKey, type NewApiKey } from './api-key.ts'
import type { Caller } from './caller.ts'

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
  readonly #keys: Map<ApiKeyId, ApiKey>
  /** Uses that are not stored yet: a commit for each request would cost more than the request. */
  readonly #uses = new Map<ApiKeyId, number>()

  constructor(keys: readonly ApiKey[], deps: Deps) {
    this.#deps = deps
    this.#keys = new Map(keys.map((key) => [key.id, key]))
  }

  /** Null for every key that is not good, for whatever reason. */
  verify(text: string): Caller | null {
    const [, id = '', secret = ''] = API_KEY_PATTERN.exec(text) ?? []
    const keyId = parseApiKeyId(id)
    const key = keyId === null ? undefined : this.#keys.get(keyId)
    const expected = key === undefined ? NO_HASH : Buffer.from(key.secretHash, 'base64url')
    const isSame = timingSafeEqual(hash('sha256', secret, 'buffer'), expected)
    const nowMs = this.#deps.clock.nowMs()
    if (key === undefined || !isSame || !this.#isLive(key.id, nowMs)) return null
    this.#uses.set(key.id, nowMs)
    return {
      principal: { kind: 'service', organization: key.organization, apiKeyId: key.id },
      scopes: new Set(key.scopes),
      isStillGood: (atMs) => this.#isLive(key.id, atMs),
    }
  }

  /** `apiKey` is the only copy of the secret. */
  async create(
    asked: Pick<NewApiKey, 'organization' | 'name' | 'scopes' | 'expiresAtMs'>,
  ): Promise<{ key: ApiKey; apiKey: string }> {
    const id = newApiKeyId()
    const secret = randomBytes(32).toString('base64url')
    const createdAtMs = this.#deps.clock.nowMs()
    const added = { ...asked, id, secretHash: hash('sha256', secret, 'base64url'), createdAtMs }
    const key = { ...added, revokedAtMs: null, lastUsedAtMs: null }
    const creating = this.#deps.store.createApiKey(added).then(() => key)
    return { key: await this.#followed(id, creating), apiKey: `lk_${id}_${secret}` }
  }

  async revoke(id: ApiKeyId): Promise<RevokeApiKeyResult> {
    const before = this.#keys.get(id) ?? (await this.#deps.store.findApiKey(id))
    if (before === null) return { kind: 'not-found' }
    const revokedAtMs = this.#deps.clock.nowMs()
    const key = await this.#followed(id, this.#deps.store.revokeApiKey({ id, atMs: revokedAtMs }))
    if (key === null) return { kind: 'not-found' }
    return { kind: before.revokedAtMs === null && key.revokedAtMs === revokedAtMs ? 'revoked' : 'already-revoked', key }
  }

  /** In order of creation; revoked and expired ones too. */
  list(): readonly ApiKey[] {
    return [...this.#keys.values()]
      .map((key) => ({ ...key, lastUsedAtMs: this.#uses.get(key.id) ?? key.lastUsedAtMs }))
      .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1))
  }

  /** What its owner calls it; null for one that is unknown. */
  nameOf(id: ApiKeyId): string | null {
    return this.#keys.get(id)?.name ?? null
  }

  /** Stores the uses since the last call. */
  async keepUses(): Promise<void> {
    const uses = [...this.#uses].map(([id, atMs]) => ({ id, atMs }))
    if (uses.length === 0) return
    await this.#deps.store.noteApiKeyUses({ uses })
    for (const { id, atMs } of uses) {
      const key = this.#keys.get(id)
      if (key !== undefined) this.#keys.set(id, { ...key, lastUsedAtMs: atMs })
      if (this.#uses.get(id) === atMs) this.#uses.delete(id)
    }
  }

  /** Updates the key in memory once its change is stored; reads it again when nobody knows whether it is stored. */
  #followed<Key extends ApiKey | null>(id: ApiKeyId, change: Promise<Key>): Promise<Key> {
    const take = (stored: ApiKey | null): void => {
      if (stored !== null) this.#keys.set(id, stored)
    }
    const { store, clock } = this.#deps
    const follow = (key: Key): void => take(key)
    return followChange(change, { follow, readAgain: async () => take(await store.findApiKey(id)) }, clock)
  }

  #isLive(id: ApiKeyId, nowMs: number): boolean {
    const key = this.#keys.get(id)
    return key !== undefined && key.revokedAtMs === null && (key.expiresAtMs === null || nowMs < key.expiresAtMs)
  }
}
