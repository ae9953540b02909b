import { setTimeout as pause } from 'node:timers/promises'
import { Child } from './child.ts'
import { quantile, round } from './figures.ts'
import { KeyTaps, keptAgent, timedRequest } from './load.ts'
import type { Plan } from './plan.ts'
import type { Seed } from './seed.ts'
import { Site } from './site.ts'

export interface Hostile {
  readonly locks: number
  readonly taps: number
  readonly opened: number
  readonly quietP99Ms: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly idleRssMb: number
  /** The most that the gateway's memory grew while it was attacked. */
  readonly grownRssMb: number
  readonly attackers: Attackers
}

/** What the attackers did: so many times pipelined and left unread, so many answers and refusals. */
interface Attackers {
  readonly pipelined: number
  readonly leftUnread: number
  readonly answered: number
  readonly refused: number
}

const EACH_LOCK_EVERY_MS = 1_000
const LOOK_AT_MEMORY_EVERY_MS = 250
const QUIET_S = 3

/**
 * Each lock is opened once a second by somebody who has a key, while others of the same address pipeline, leave answers
 * unread and ask for the reference without end.
 */
export async function measureHostile(seed: Seed, plan: Plan): Promise<Hostile> {
  const site = await Site.gateway(seed, plan.hostileLocks)
  try {
    const rssMb = async () => (await site.use()).rssBytes / 2 ** 20
    const idleRssMb = await rssMb()
    const taps = new KeyTaps(plan.keys)
    const quiet = await tapInTurn(site.facts.url, taps, { locks: plan.hostileLocks, seconds: QUIET_S })

    const attackers = await Child.start('attackers-process.ts', { url: site.facts.url })
    try {
      await attackers.ask('begin')
      let mostRssMb = 0
      let isOver = false
      const looking = (async () => {
        while (!isOver) {
          mostRssMb = Math.max(mostRssMb, await rssMb())
          await pause(LOOK_AT_MEMORY_EVERY_MS)
        }
      })()
      const answers = await tapInTurn(site.facts.url, taps, {
        locks: plan.hostileLocks,
        seconds: plan.hostileSeconds,
      })
      isOver = true
      await looking
      return {
        locks: plan.hostileLocks,
        taps: answers.length,
        opened: answers.filter(({ status }) => status === 303).length,
        quietP99Ms: p99Ms(quiet),
        p50Ms: round(
          quantile(
            answers.map(({ ms }) => ms),
            0.5,
          ),
          1,
        ),
        p99Ms: p99Ms(answers),
        idleRssMb: round(idleRssMb, 1),
        grownRssMb: round(mostRssMb - idleRssMb, 1),
        attackers: await attackers.ask<Attackers>('did'),
      }
    } finally {
      await attackers.stop()
    }
  } finally {
    await site.stop()
  }
}

interface Tapped {
  /** 0 when the connection broke. */
  readonly status: number
  readonly ms: number
}

const p99Ms = (answers: readonly Tapped[]): number =>
  round(
    quantile(
      answers.map(({ ms }) => ms),
      0.99,
    ),
    1,
  )

/** Taps the locks one after the other, evenly over each second, whether or not the answers before have come. */
async function tapInTurn(
  url: string,
  taps: KeyTaps,
  { locks, seconds }: { locks: number; seconds: number },
): Promise<readonly Tapped[]> {
  const agent = keptAgent(4 * locks)
  const everyMs = EACH_LOCK_EVERY_MS / locks
  const startMs = performance.now()
  const running: Promise<Tapped>[] = []
  for (let tap = 0; tap < locks * seconds; tap += 1) {
    await pause(Math.max(0, startMs + tap * everyMs - performance.now()))
    const tappedMs = performance.now()
    running.push(
      timedRequest(agent, `${url}${taps.nextPath()}`, 'POST').catch(() => ({
        status: 0,
        ms: performance.now() - tappedMs,
      })),
    )
  }
  const answers = await Promise.all(running)
  agent.destroy()
  return answers
}
