// As in the store's writer: what strips types comes before the first TypeScript.
import '#runtime/typescript.mjs'

await import('./picture-process.ts')
