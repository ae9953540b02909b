import { type CryptoKey, importSPKI } from 'jose'
import type { Lock } from '#domain/lock.ts'
import type { LockId } from '#protocol/ids.ts'

/** The locks' public keys, each imported once: converting a key on each message costs four times the verification. */
export class LockKeys {
  readonly #keys = new Map<LockId, CryptoKey>()

  async put(lock: Pick<Lock, 'lockId' | 'publicKeyPem'>): Promise<void> {
    // Until it has one, nothing that comes in its name can be verified.
    if (lock.publicKeyPem === null) return
    this.#keys.set(lock.lockId, await importSPKI(lock.publicKeyPem, 'ES256'))
  }

  get(lockId: LockId): CryptoKey | null {
    return this.#keys.get(lockId) ?? null
  }

  lockIds(): IterableIterator<LockId> {
    return this.#keys.keys()
  }
}
