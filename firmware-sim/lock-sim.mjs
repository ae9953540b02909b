import '#gateway/typescript.mjs'

await import('./main.ts')
