import '#gateway/typescript.mjs'

await import('./demo.ts')
