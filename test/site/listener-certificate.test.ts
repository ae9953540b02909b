import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StartupError } from '#runtime/startup-error.ts'
import { readTls } from '#site/listener-certificate.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-listening-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const files = (content: string | null) => {
  const pair = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') }
  if (content !== null) for (const file of Object.values(pair)) writeFileSync(file, content)
  return pair
}

test('a certificate that is not there, or is none, stops the start with the file’s name and what to do', () => {
  expect(() => readTls(files(null))).toThrow(StartupError)
  expect(() => readTls(files(null))).toThrow(/cannot read tls\.certFile .*cert\.pem/)
  expect(() => readTls(files('nonsense'))).toThrow(/cert\.pem and .*key\.pem are no certificate and private key/)
  expect(readTls(null)).toBeNull()
})
