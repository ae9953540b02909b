import { readFile } from 'node:fs/promises'
import { type StoredFile, storedFile } from './stored-file.ts'

const SCRIPT = 'text/javascript; charset=utf-8'
const STYLE = 'text/css; charset=utf-8'

/** What Swagger UI brings and the page needs, by name. */
const BROUGHT = {
  'swagger-ui-bundle.js': SCRIPT,
  'swagger-ui.css': STYLE,
  'favicon-16x16.png': 'image/png',
  'favicon-32x32.png': 'image/png',
} as const

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  docExpansion: 'list',
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
})
`

/** `version` is in the links, so that an old script is never kept for a new page. */
export const referencePage = (version: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Latchkey API</title>
    <link rel="icon" type="image/png" sizes="32x32" href="/docs/static/favicon-32x32.png?v=${version}">
    <link rel="icon" type="image/png" sizes="16x16" href="/docs/static/favicon-16x16.png?v=${version}">
    <link rel="stylesheet" href="/docs/static/swagger-ui.css?v=${version}">
    <link rel="stylesheet" href="/docs/static/page.css?v=${version}">
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/static/swagger-ui-bundle.js?v=${version}"></script>
    <script src="/docs/static/start.js?v=${version}"></script>
  </body>
</html>
`

/** By the last part of its path. */
export const REFERENCE_FILES: readonly string[] = [...Object.keys(BROUGHT), 'page.css', 'start.js']

const stored = new Map<string, Promise<StoredFile>>()

/** Read and compressed when it is first asked for, once in this process. */
export async function referenceFile(name: string): Promise<StoredFile> {
  const file = stored.get(name) ?? make(name)
  stored.set(name, file)
  try {
    return await file
  } catch (error) {
    // What could not be read now may be there at the next request.
    stored.delete(name)
    throw error
  }
}

async function make(name: string): Promise<StoredFile> {
  if (name === 'page.css') return await storedFile(STYLE, Buffer.from('body{margin:0}'))
  if (name === 'start.js') return await storedFile(SCRIPT, Buffer.from(START))
  if (!isBrought(name)) throw new Error(`the reference has no ${name}`)
  return await storedFile(BROUGHT[name], await readFile(new URL(import.meta.resolve(`#swagger-ui/${name}`))))
}

const isBrought = (name: string): name is keyof typeof BROUGHT => Object.hasOwn(BROUGHT, name)
