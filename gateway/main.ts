import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { threadPoolSize } from './thread-pool.ts'

// Read when the pool is first used, and nothing has used it yet.
process.env.UV_THREADPOOL_SIZE ??= threadPoolSize()

// Half of a start is reading and compiling programs. Beside the installed code, because whoever can write there can
// change the programs themselves; where nobody may write, a start takes longer and is otherwise the same.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/latchkey', import.meta.url)))

// Not before: what is imported statically is compiled before this file runs.
await import('./command-line.ts')
