import { request } from 'node:http'
import { z } from 'zod'
import { Child } from './child.ts'
import type { CpuByThread } from './cpu-by-thread.ts'
import type { Seed } from './seed.ts'

export interface Facts {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly socket?: string
}

export interface Use {
  readonly cpuMs: number
  readonly threads: CpuByThread
  readonly rssBytes: number
}

/** One variant that is measured, with its locks connected: the gateway, or a floor. */
export class Site {
  readonly server: Child
  readonly facts: Facts
  readonly locks: Child[]

  private constructor(server: Child, facts: Facts, locks: Child[]) {
    this.server = server
    this.facts = facts
    this.locks = locks
  }

  static async gateway(seed: Seed, locks: number, execArgv: string[] = []): Promise<Site> {
    const server = await Child.start('gateway-process.ts', { dataDir: seed.dataDir }, execArgv)
    const facts = await server.ask<Facts>('facts')
    const site = new Site(server, facts, [await startLocks(facts, seed, { from: 1, count: locks, signed: true })])
    await site.untilOnline(locks)
    return site
  }

  static async floor(seed: Seed, locks: number, floor: { signed: boolean; stored: boolean }): Promise<Site> {
    const { dataDir, lockPublicPem } = seed
    const server = await Child.start('floor-process.ts', {
      ...floor,
      locks,
      dataDir,
      lockPublicPem,
    })
    const facts = await server.ask<Facts>('facts')
    return new Site(server, facts, [await startLocks(facts, seed, { from: 1, count: locks, signed: floor.signed })])
  }

  use(): Promise<Use> {
    return this.server.ask<Use>('use')
  }

  /** Waits until this many locks answered the gateway's question. */
  async untilOnline(count: number): Promise<void> {
    const deadlineMs = performance.now() + 60_000
    for (;;) {
      if ((await onlineLocks(this.facts.socket ?? '')) >= count) return
      if (performance.now() > deadlineMs) throw new Error(`not all of ${count} locks came online`)
      await new Promise<void>((resolve) => setTimeout(resolve, 100))
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.locks.map((lock) => lock.stop()))
    await this.server.stop()
  }
}

export function startLocks(
  facts: Facts,
  seed: Seed,
  part: { from: number; count: number; signed: boolean },
): Promise<Child> {
  const { host, port } = facts
  const { password, lockPrivatePem, gatewayPublicPem } = seed
  return Child.start('locks-process.ts', {
    site: 'bench',
    host,
    port,
    password,
    privatePem: lockPrivatePem,
    gatewayPublicPem,
    ...part,
  })
}

const lockPage = z.object({ locks: z.array(z.unknown()), nextCursor: z.string().nullable() })

async function onlineLocks(socketPath: string): Promise<number> {
  let online = 0
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const page = await onlineLocksAfter(cursor, socketPath)
    online += page.locks.length
    cursor = page.nextCursor
  }
  return online
}

function onlineLocksAfter(cursor: string, socketPath: string): Promise<z.infer<typeof lockPage>> {
  const path = `/locks?online=true&limit=200&cursor=${cursor}`
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers: { host: 'localhost' } }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => {
        resolve(lockPage.parse(JSON.parse(Buffer.concat(parts).toString('utf8'))))
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}
