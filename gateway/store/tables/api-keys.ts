import type { Database } from 'better-sqlite3'
import type { ApiKey, ApiKeyStore, ApiKeyUse, NewApiKey } from '#domain/access/api-keys.ts'
import { isScope } from '#domain/access/caller.ts'
import type { Reader } from '#store/reader.ts'
import type { Writer } from '#store/writer/writer.ts'
import type { Transaction } from './transaction.ts'

type ApiKeyRow = Omit<ApiKey, 'scopes'> & { readonly scopes: string }

export function apiKeyReads(database: Database) {
  const columns = `id, secret_hash AS secretHash, organization, name, scopes, created_at_ms AS createdAtMs,
    expires_at_ms AS expiresAtMs, revoked_at_ms AS revokedAtMs, last_used_at_ms AS lastUsedAtMs`
  const all = database.prepare<[], ApiKeyRow>(`SELECT ${columns} FROM api_keys`)
  const byId = database.prepare<[string], ApiKeyRow>(`SELECT ${columns} FROM api_keys WHERE id = ?`)
  return {
    listApiKeys: (): readonly ApiKey[] => all.all().map(toApiKey),
    findApiKey: (id: string): ApiKey | null => {
      const row = byId.get(id)
      return row === undefined ? null : toApiKey(row)
    },
  }
}

const toApiKey = (row: ApiKeyRow): ApiKey => ({ ...row, scopes: row.scopes.split(' ').filter(isScope) })

export function apiKeyWrites(database: Database) {
  const insert = database.prepare<Omit<NewApiKey, 'scopes'> & { scopes: string }>(
    `INSERT INTO api_keys (id, secret_hash, organization, name, scopes, created_at_ms, expires_at_ms)
     VALUES (@id, @secretHash, @organization, @name, @scopes, @createdAtMs, @expiresAtMs)`,
  )
  const revoke = database.prepare<[number, string]>(
    'UPDATE api_keys SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL',
  )
  const use = database.prepare<[number, string]>('UPDATE api_keys SET last_used_at_ms = ? WHERE id = ?')
  return {
    insertApiKey: (key: NewApiKey): void => void insert.run({ ...key, scopes: key.scopes.join(' ') }),
    revokeApiKeyRow: (id: string, atMs: number): void => void revoke.run(atMs, id),
    noteApiKeyUse: ({ id, atMs }: ApiKeyUse): void => void use.run(atMs, id),
  }
}

export function createApiKey(tx: Transaction, key: NewApiKey): null {
  tx.insertApiKey(key)
  return null
}

export function revokeApiKey(tx: Transaction, { id, atMs }: ApiKeyUse): ApiKey | null {
  tx.revokeApiKeyRow(id, atMs)
  return tx.findApiKey(id)
}

export function noteApiKeyUses(tx: Transaction, uses: readonly ApiKeyUse[]): null {
  for (const use of uses) tx.noteApiKeyUse(use)
  return null
}

/** The stored API keys, read once and changed through the one writer. */
export const apiKeyStore = (reader: Reader, writer: Writer): ApiKeyStore => ({
  listApiKeys: async () => reader.read((reads) => reads.listApiKeys()),
  createApiKey: async (key) => void (await writer.post('createApiKey', key)),
  findApiKey: async (id) => reader.read((reads) => reads.findApiKey(id)),
  revokeApiKey: (id, atMs) => writer.post('revokeApiKey', { id, atMs }),
  noteApiKeyUses: async (uses) => void (await writer.post('noteApiKeyUses', uses)),
})
