import type { ApiKey, ApiKeyUse, NewApiKey } from '#domain/access/api-key.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export function createApiKey(tx: Transaction, key: NewApiKey): void {
  tx.insertApiKey(key)
}

export function revokeApiKey(tx: Transaction, { id, atMs }: ApiKeyUse): ApiKey | null {
  tx.revokeApiKeyRow(id, atMs)
  return tx.findApiKey(id)
}

export function noteApiKeyUses(tx: Transaction, { uses }: { readonly uses: readonly ApiKeyUse[] }): void {
  for (const use of uses) tx.noteApiKeyUse(use)
}
