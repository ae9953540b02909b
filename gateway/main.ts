import { boundHeapGrowth } from './runtime/heap-growth.ts'
import { threadPoolSize } from './runtime/thread-pool.ts'

// Read when the pool is first used, and nothing has used it yet.
process.env.UV_THREADPOOL_SIZE ??= threadPoolSize()
boundHeapGrowth()

// Not before: what is imported statically is evaluated before this file runs.
const { runCommandLine } = await import('./command-line.ts')
const { systemErrorCode } = await import('./runtime/startup-error.ts')

// Whoever reads the answer may stop reading: `lock list | head -1`. Of a gateway that serves, nothing hangs on it.
process.stdout.on('error', (error) => {
  const code = systemErrorCode(error)
  if (code === 'EPIPE') return
  process.stderr.write(`latchkey: cannot write the answer (${code ?? error.message}): is the disk full?\n`)
  process.exitCode = 1
})

// A reader of complaints that has gone is no reason to complain of that.
process.stderr.on('error', () => {})

const code = await runCommandLine(process.argv.slice(2), process)
// What could not be written stays an error.
if (code !== 0) process.exitCode = code
