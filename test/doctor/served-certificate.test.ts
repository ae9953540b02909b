import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, expect, test } from 'vitest'
import { lookAtServed } from '#doctor/look-at-served.ts'
import { endedCertificates } from '#site/ended-certificates.ts'
import { testCertificate } from '#test/http/support/test-certificate.ts'

const DAY_MS = 86_400_000
const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-served-'))
afterAll(() => rmSync(folder, { recursive: true }))
/** Each is good for two days. */
const [served, renewed] = [testCertificate(), testCertificate()]
const tls = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') }
const put = ({ cert, key }: typeof served): void => {
  writeFileSync(tls.certFile, cert)
  writeFileSync(tls.keyFile, key)
}

test('a gateway that goes on serving an old certificate is told from one that serves what its file holds', async () => {
  const server = createServer(served).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const listeners = [{ host: '0.0.0.0', port, tls }]
  try {
    put(served)
    expect(await lookAtServed(listeners, Date.now() + 3 * DAY_MS)).toEqual([])
    put(renewed)
    const found = [await lookAtServed(listeners, Date.now()), await lookAtServed(listeners, Date.now() + 3 * DAY_MS)]
    expect(found.flat().map(({ id, severity }) => `${id} ${severity}`)).toEqual([
      ...['certificate-not-read warning', 'certificate-not-read critical'],
    ])
    expect(found[1]?.[0]).toMatchObject({
      what: expect.stringMatching(/ended 2/),
      advice: expect.stringMatching(/SIGHUP/),
    })
  } finally {
    server.close()
  }
  expect(await lookAtServed(listeners, Date.now())).toEqual([])
})

test('a certificate that has ended is named with its file, and one that is good or no file is not', () => {
  put(served)
  const listeners = [{ tls }, { tls: null }, { tls: { ...tls, certFile: path.join(folder, 'nowhere.pem') } }]
  expect(endedCertificates(listeners, Date.now())).toEqual([])
  expect(endedCertificates(listeners, Date.now() + 3 * DAY_MS).map(({ certFile }) => certFile)).toEqual([tls.certFile])
})
