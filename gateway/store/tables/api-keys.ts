import type { Database } from 'better-sqlite3'
import type { ApiKey, ApiKeyUse, NewApiKey } from '#domain/access/api-key.ts'
import { isScope } from '#domain/access/caller.ts'
import type { ApiKeyId } from '#protocol/ids.ts'

type ApiKeyRow = Omit<ApiKey, 'scopes'> & { readonly scopes: string }

export function apiKeyReads(database: Database) {
  const columns = `id, secret_hash AS secretHash, organization, name, scopes, created_at_ms AS createdAtMs,
    expires_at_ms AS expiresAtMs, revoked_at_ms AS revokedAtMs, last_used_at_ms AS lastUsedAtMs`
  const all = database.prepare<[], ApiKeyRow>(`SELECT ${columns} FROM api_keys`)
  const byId = database.prepare<[string], ApiKeyRow>(`SELECT ${columns} FROM api_keys WHERE id = ?`)
  return {
    listApiKeys: (): readonly ApiKey[] => all.all().map(toApiKey),
    findApiKey: (id: ApiKeyId): ApiKey | null => {
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
    revokeApiKeyRow: (id: ApiKeyId, atMs: number): void => void revoke.run(atMs, id),
    noteApiKeyUse: ({ id, atMs }: ApiKeyUse): void => void use.run(atMs, id),
  }
}
