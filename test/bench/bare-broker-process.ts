import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { answerParent, cpuMs } from './child.ts'
import { cpuByThread } from './cpu-by-thread.ts'

/** Aedes as it comes, with no rule of ours: what a connection costs at the least. */
const aedes = await Aedes.createBroker()
const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0

answerParent(
  {
    facts: () => ({ url: '', host: '127.0.0.1', port }),
    use: () => ({ cpuMs: cpuMs(), threads: cpuByThread(), rssBytes: process.memoryUsage().rss }),
    collect: () => globalThis.gc?.(),
  },
  async () => {
    server.close()
    aedes.close()
  },
)
