import type { CliContext } from './context.ts'
import type { LockView } from './list-locks.ts'
import { type Cell, type Column, tableLines } from './table.ts'

const COLUMNS: readonly Column[] = [
  { title: 'LOCK', align: 'right' },
  // Why a lock is offline is what the list is read for: other columns are cut before it.
  { title: 'PRESENCE', min: 22 },
  { title: 'NAME', min: 12 },
  { title: 'AREA', min: 8 },
  { title: 'PULSE', align: 'right' },
  { title: 'ORGANIZATION', min: 8 },
  { title: 'OWNER', min: 5 },
]

/** @param isRunning without a gateway nobody knows which locks are there */
export function printLocks(
  locks: readonly LockView[],
  { isRunning }: { readonly isRunning: boolean },
  { print, terminal }: Pick<CliContext, 'print' | 'terminal'>,
): void {
  if (locks.length === 0) {
    print('No locks yet: add one with lock add.')
    return
  }
  const rows = locks.map((lock) => [
    String(lock.lockId),
    presenceOf(lock, isRunning),
    lock.name,
    lock.area ?? '',
    `${lock.pulseS} s`,
    lock.organization ?? '',
    lock.owner ?? '',
  ])
  for (const line of tableLines(COLUMNS, rows, terminal)) print(line)
  if (!isRunning) print('No gateway runs: nobody knows which locks are there.')
}

function presenceOf({ online, offlineCause, keyMadeBy }: LockView, isRunning: boolean): Cell {
  if (keyMadeBy === null) return { text: 'no key yet', style: 'warn' }
  if (!isRunning) return { text: 'unknown', style: 'faint' }
  if (online) return { text: 'online', style: 'good' }
  return { text: offlineCause == null ? 'offline' : `offline: ${offlineCause}`, style: 'bad' }
}
