import { Agent } from 'node:http'
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
  readonly newcomers: Newcomers
}

/** Taps on connections of their own while a crowd of another network guesses keys. */
export interface Newcomers {
  readonly taps: number
  readonly opened: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly strangers: Strangers
}

/** What the crowd did: connections, guesses and answers. */
interface Strangers {
  readonly came: number
  readonly asked: number
  readonly answered: number
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
/** Another network of loopback than the honest ones'. */
const STRANGERS_FROM = '127.0.0.2'

/**
 * Each lock is opened once a second by somebody who has a key, while others of the same address pipeline, leave answers
 * unread and ask for the reference without end.
 */
export async function measureHostile(seed: Seed, plan: Plan): Promise<Hostile> {
  const site = await Site.gateway(seed, plan.hostileLocks)
  try {
    const taps = new KeyTaps(plan.keys)
    return { ...(await measureBesieged(site, taps, plan)), newcomers: await measureNewcomers(site, taps, plan) }
  } finally {
    await site.stop()
  }
}

async function measureBesieged(site: Site, taps: KeyTaps, plan: Plan): Promise<Omit<Hostile, 'newcomers'>> {
  const { url } = site.facts
  const rssMb = async () => (await site.use()).rssBytes / 2 ** 20
  const idleRssMb = await rssMb()
  const quiet = await tapInTurn(url, taps, { locks: plan.hostileLocks, seconds: QUIET_S })

  const attackers = await Child.start('attackers-process.ts', { url })
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
    const answers = await tapInTurn(url, taps, { locks: plan.hostileLocks, seconds: plan.hostileSeconds })
    isOver = true
    await looking
    return {
      ...{ locks: plan.hostileLocks, ...summary(answers) },
      quietP99Ms: summary(quiet).p99Ms,
      idleRssMb: round(idleRssMb, 1),
      grownRssMb: round(mostRssMb - idleRssMb, 1),
      attackers: await attackers.ask<Attackers>('did'),
    }
  } finally {
    await attackers.stop()
  }
}

async function measureNewcomers(site: Site, taps: KeyTaps, plan: Plan): Promise<Newcomers> {
  const { url } = site.facts
  const strangers = await Child.start('strangers-process.ts', { url, from: STRANGERS_FROM })
  try {
    await strangers.ask('begin')
    const answers = await tapInTurn(url, taps, {
      ...{ locks: plan.hostileLocks, seconds: plan.hostileSeconds },
      comesAnew: true,
    })
    return { ...summary(answers), strangers: await strangers.ask<Strangers>('did') }
  } finally {
    await strangers.stop()
  }
}

interface Tapped {
  /** 0 when the connection broke. */
  readonly status: number
  readonly ms: number
}

function summary(answers: readonly Tapped[]) {
  const ms = answers.map((answer) => answer.ms)
  return {
    taps: answers.length,
    opened: answers.filter(({ status }) => status === 303).length,
    p50Ms: round(quantile(ms, 0.5), 1),
    p99Ms: round(quantile(ms, 0.99), 1),
  }
}

/** Taps the locks one after the other, evenly over each second, whether or not the answers before have come. */
async function tapInTurn(
  url: string,
  taps: KeyTaps,
  { locks, seconds, comesAnew = false }: { locks: number; seconds: number; comesAnew?: boolean },
): Promise<readonly Tapped[]> {
  const agent = comesAnew ? new Agent({ keepAlive: false }) : keptAgent(4 * locks)
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
