// A thread has a compile cache of its own: without it, each start would load the type stripper here.
import '#runtime/typescript.mjs'

await import('./writer-thread.ts')
