// Plain JavaScript: this must have run before the first TypeScript is loaded.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

// Node strips types with a WebAssembly program. V8 may lose a page of its code (`jit_page.has_value()`, an abort of the
// process) when its optimizing compiler adds to it while another thread loads it; without these it compiles once.
setFlagsFromString('--no-wasm-tier-up')
setFlagsFromString('--no-wasm-dynamic-tiering')

// Half of a start is reading and compiling programs, and with what it keeps no later start strips types at all. Beside
// the installed code, because whoever can write there can change the programs themselves; where nobody may write, a
// start takes longer and is otherwise the same.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/latchkey', import.meta.url)))
