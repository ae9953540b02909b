import '#runtime/typescript.mjs'

await import('./demo.ts')
