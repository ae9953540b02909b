import type { Database } from 'better-sqlite3'
import type { Lock } from '#domain/locks/lock.ts'
import type { BootId, LockId } from '#protocol/ids.ts'
import { ANY_VALUE } from '#store/file/database.ts'

interface LockRow extends Omit<Lock, 'lastCommand' | 'vendor'>, VendorRow {
  readonly lastCommandBoot: BootId | null
  readonly lastCommandCounter: number | null
}

interface VendorRow {
  readonly vendorIndex: number | null
  readonly serialNumber: string | null
  readonly vendorName: string | null
}

const FROM_LOCKS = 'FROM locks JOIN lock_counters USING (lock_id)'
const COLUMNS = `lock_id AS lockId, uuid, name, area, pulse_s AS pulseS, organization, owner,
  nullif(public_key_pem, '') AS publicKeyPem, key_made_by AS keyMadeBy, key_generation AS keyGeneration,
  nullif(mqtt_password_hash, '') AS mqttPasswordHash, version, created_at_ms AS createdAtMs,
  last_command_boot AS lastCommandBoot, last_command_counter AS lastCommandCounter,
  vendor_index AS vendorIndex, serial_number AS serialNumber, vendor_name AS vendorName`

export function lockReads(database: Database) {
  const byId = database.prepare<[LockId], LockRow>(`SELECT ${COLUMNS} ${FROM_LOCKS} WHERE lock_id = ${ANY_VALUE}`)
  const all = database.prepare<[], LockRow>(`SELECT ${COLUMNS} ${FROM_LOCKS} ORDER BY lock_id`)
  return {
    findLock: (lockId: LockId): Lock | null => {
      const row = byId.get(lockId)
      return row === undefined ? null : toLock(row)
    },
    listLocks: (): readonly Lock[] => all.all().map(toLock),
  }
}

function toLock({ lastCommandBoot, lastCommandCounter, vendorIndex, serialNumber, vendorName, ...row }: LockRow): Lock {
  const stored = lastCommandBoot !== null && lastCommandCounter !== null
  const vendor = { index: vendorIndex, serialNumber, vendorName }
  return { ...row, vendor, lastCommand: stored ? { bootId: lastCommandBoot, counter: lastCommandCounter } : null }
}
