import { openSync } from 'node:fs'
import { z } from 'zod'
import { parseConfig } from '#config/config.ts'
import { startGateway } from '#gateway/gateway.ts'
import { boundHeapGrowth } from '#runtime/heap-growth.ts'
import { openLog } from '#runtime/log.ts'
import { realClock } from '#runtime/real-clock.ts'
import { StoreFaults } from '#store/writer/store-faults.ts'
import { answerParent, cpuMs } from './child.ts'
import { cpuByThread } from './cpu-by-thread.ts'

/** The real gateway with its shipped defaults; its log is written, to nowhere. */
const { dataDir, brokerPort } = z
  .object({ dataDir: z.string(), brokerPort: z.number().default(0) })
  .parse(JSON.parse(process.argv[2] ?? '{}'))

// As `main.ts` does.
boundHeapGrowth()

const store = new StoreFaults()
const config = parseConfig(
  {
    site: { id: 'bench', name: 'Bench', timeZone: 'UTC' },
    dataDir,
    http: { listeners: [{ host: '127.0.0.1', port: 0 }] },
    broker: { mode: 'embedded', host: '127.0.0.1', port: brokerPort },
  },
  dataDir,
)
const gateway = await startGateway(config, realClock, {
  store,
  logger: openLog('info', openSync('/dev/null', 'w')).logger,
})

answerParent(
  {
    facts: () => ({ url: gateway.urls[0], ...gateway.broker, socket: gateway.ownerSocket }),
    use: () => ({ cpuMs: cpuMs(), threads: cpuByThread(), rssBytes: process.memoryUsage().rss }),
    collect: () => globalThis.gc?.(),
    slowCard: ({ commitDelayMs }: { commitDelayMs: number }) => store.set(commitDelayMs > 0 ? { commitDelayMs } : {}),
  },
  () => gateway.close(),
)
