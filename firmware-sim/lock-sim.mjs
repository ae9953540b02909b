import '#runtime/typescript.mjs'

await import('./main.ts')
