import { type CryptoKey, importSPKI } from 'jose'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockId } from '#protocol/ids.ts'

interface LockKeyPair {
  readonly publicKey: CryptoKey
  /** Which of the lock's key pairs it is, from 1. */
  readonly generation: number
}

/** The locks' public keys, each imported once: converting a key on each message costs four times the verification. */
export class LockKeys {
  readonly #keys = new Map<LockId, LockKeyPair>()

  async put(lock: Pick<Lock, 'lockId' | 'publicKeyPem' | 'keyGeneration'>): Promise<void> {
    // Until it has one, nothing that comes in its name can be verified.
    if (lock.publicKeyPem === null) return
    const publicKey = await importSPKI(lock.publicKeyPem, 'ES256')
    this.#keys.set(lock.lockId, { publicKey, generation: lock.keyGeneration })
  }

  get(lockId: LockId): LockKeyPair | null {
    return this.#keys.get(lockId) ?? null
  }

  lockIds(): IterableIterator<LockId> {
    return this.#keys.keys()
  }
}
