import type { ApiKeyId, StaffId } from '#protocol/ids.ts'
import type { ApiKey, ApiKeyUse, NewApiKey } from './access/api-key.ts'
import type { AddStaff, AddStaffResult, ChangeStaff, ChangeStaffResult, Staff, StaffEvent } from './access/staff.ts'
import type { StaffSession } from './access/staff-session.ts'

/** What is asked of a store about those who come with an access: programs and staff. Rules as in `ports.ts`. */
export interface ReadsOfApiKeys {
  listApiKeys(): Promise<readonly ApiKey[]>
  findApiKey(id: ApiKeyId): Promise<ApiKey | null>
}
export interface ChangesOfApiKeys {
  createApiKey(key: NewApiKey): Promise<void>
  /** The key as it is stored after this, revoked now or before; null when there is none. */
  revokeApiKey(asked: ApiKeyUse): Promise<ApiKey | null>
  noteApiKeyUses(noted: { uses: readonly ApiKeyUse[] }): Promise<void>
}
export type ApiKeyStore = ReadsOfApiKeys & ChangesOfApiKeys

export interface ReadsOfStaff {
  /** Everybody who was not removed. */
  presentStaff(): Promise<readonly Staff[]>
  findStaff(id: StaffId): Promise<Staff | null>
  staffSessions(): Promise<readonly StaffSession[]>
  /** What happened to people's access, newest first. */
  staffEventsBefore(page: { readonly beforeSeq: number; readonly limit: number }): Promise<readonly StaffEvent[]>
}
export interface ChangesOfStaff {
  addStaff(asked: AddStaff): Promise<AddStaffResult>
  /** A change that takes something away ends the person's sessions with it. */
  changeStaff(asked: ChangeStaff): Promise<ChangeStaffResult>
  beginStaffSession(begun: { readonly session: StaffSession; readonly atMs: number }): Promise<void>
  endStaffSessions(ended: { readonly hashes: readonly string[]; readonly atMs: number }): Promise<void>
  noteStaffSeen(noted: { readonly seen: readonly { readonly hash: string; readonly atMs: number }[] }): Promise<void>
}
export type StaffStore = ReadsOfStaff & ChangesOfStaff
