import type { Zone } from './zone.ts'

/** Offsets change at whole quarters of an hour of UTC only. */
const BLOCK_MS = 900_000

/**
 * `2026-11-28T22:15:00+01:00` for many moments one after another: the zone is asked once for each quarter of an hour that
 * is not the one before, because asking costs more than all the rest of a row.
 */
export function localStamps(zone: Pick<Zone, 'withOffset'>): (atMs: number) => string {
  let block = Number.NaN
  let offset = ''
  let offsetMs = 0
  return (atMs) => {
    const wanted = Math.floor(atMs / BLOCK_MS)
    if (wanted !== block) {
      block = wanted
      const [, wall = '', found = ''] = /^(.{19})(.*)$/.exec(zone.withOffset(block * BLOCK_MS)) ?? []
      offset = found
      offsetMs = Date.parse(`${wall}Z`) - block * BLOCK_MS
    }
    return `${new Date(atMs + offsetMs).toISOString().slice(0, 19)}${offset}`
  }
}
