import type { Database } from 'better-sqlite3'
import type { Picture } from '#domain/pictures/picture.ts'
import type { LockId } from '#protocol/ids.ts'
import { ANY_VALUE } from '#store/file/database.ts'

export function doorPictureReads(database: Database) {
  const ofLock = database.prepare<[LockId], Picture>(
    `SELECT webp, width_px AS widthPx, height_px AS heightPx FROM door_pictures WHERE lock_id = ${ANY_VALUE}`,
  )
  return { findDoorPicture: (lockId: LockId): Picture | null => ofLock.get(lockId) ?? null }
}

export function doorPictureWrites(database: Database) {
  const put = database.prepare<Picture & { lockId: LockId }>(
    'INSERT OR REPLACE INTO door_pictures (lock_id, webp, width_px, height_px) VALUES (@lockId, @webp, @widthPx, @heightPx)',
  )
  const remove = database.prepare<[LockId]>('DELETE FROM door_pictures WHERE lock_id = ?')
  return {
    putDoorPicture: (lockId: LockId, picture: Picture | null): void => {
      if (picture === null) remove.run(lockId)
      else put.run({ ...picture, lockId })
    },
  }
}
