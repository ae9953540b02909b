import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import type { ApiAnswer, OwnerApi } from './context.ts'

export const lockView = z.looseObject({
  lockId: z.number(),
  name: z.string(),
  area: z.string().nullable(),
  pulseS: z.number(),
  organization: z.string().nullable(),
  owner: z.string().nullable(),
  keyMadeBy: z.string().nullable(),
  online: z.boolean(),
  retiredAt: z.string().nullable(),
  offlineCause: z.string().nullable().optional(),
  batteryPercent: z.number().nullable().optional(),
})
export type LockView = z.infer<typeof lockView>

const page = z.object({ locks: z.array(lockView), nextCursor: z.string().nullable() })

/** Every lock of the site, or every one that is none any more, page by page. */
export async function listLocks(api: OwnerApi, { retired = false } = {}): Promise<LockView[]> {
  const all: LockView[] = []
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const answer: ApiAnswer = await api('GET', `/locks?limit=200&retired=${retired}&cursor=${cursor}`)
    const { locks, nextCursor } = expectAnswer(answer, page)
    all.push(...locks)
    cursor = nextCursor
  }
  return all
}

/** Without a gateway nobody knows whether a lock is there. */
export const asKnown = (lock: LockView, isRunning: boolean): Omit<LockView, 'online'> & { online: boolean | null } =>
  isRunning ? lock : { ...lock, online: null, offlineCause: null }
