import { boundHeapGrowth } from './runtime/heap-growth.ts'
import { threadPoolSize } from './runtime/thread-pool.ts'

// Read when the pool is first used, and nothing has used it yet.
process.env.UV_THREADPOOL_SIZE ??= threadPoolSize()
boundHeapGrowth()

// Not before: what is imported statically is evaluated before this file runs.
await import('./command-line.ts')
