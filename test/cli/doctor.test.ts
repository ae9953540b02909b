import { once } from 'node:events'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { testCertificate } from '#test/http/support/test-certificate.ts'
import { freePort, SiteDir, untilLockOnline } from '#test/support/site-dir.ts'

const report = z.object({
  worst: z.enum(['critical', 'warning', 'notice']).nullable(),
  findings: z.array(z.object({ id: z.string(), severity: z.string(), what: z.string(), advice: z.string().min(5) })),
})

async function doctor(dir: SiteDir) {
  const { code, stdout, stderr } = await dir.latchkey('doctor', '--json')
  expect(stderr).toBe('')
  const { worst, findings } = report.parse(JSON.parse(stdout))
  // What is known of time servers is this machine's affair.
  const ids = findings.map(({ id }) => id).filter((id) => !id.startsWith('clock-'))
  return { code, worst, findings, ids }
}

test('names each of twelve planted faults, with what to do, the worst first, and ends with 2', async () => {
  const [httpPort, brokerPort] = [await freePort(), await freePort()]
  await using dir = await SiteDir.make()
  const lies = (name: string): string => path.join(dir.path, name)
  await dir.addLock(5)
  await dir.owner(async (api) => {
    await api('POST', '/locks/61/CreateLock', { index: 1, uuid: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' })
    const expiresAt = new Date(Date.now() + 2 * 86_400_000).toISOString()
    await api('POST', '/api-keys', { organization: 'north', name: 'booking', scopes: ['keys:read'], expiresAt })
    await api('POST', '/staff', { name: 'Tilda Berg', role: 'technician', until: expiresAt })
  })
  const { cert, key } = testCertificate()
  writeFileSync(lies('cert.pem'), cert)
  writeFileSync(lies('key.pem'), key)
  writeFileSync(lies('password'), '\n')
  dir.reconfigure({
    site: { id: 'test', name: 'Test House', timeZone: 'Europe/Berlin', logo: 'gone.png' },
    http: {
      publicUrl: 'https://keys.example',
      listeners: [{ host: '127.0.0.1', port: httpPort, tls: { certFile: 'cert.pem', keyFile: 'key.pem' } }],
    },
    broker: {
      ...{ mode: 'external', url: `mqtt://127.0.0.1:${brokerPort}`, userName: 'gateway' },
      ...{ passwordFile: 'password', advertisedHost: '192.0.2.10' },
    },
    jwt: { issuers: [{ issuer: ['https://id.example'], audience: ['latchkey'], jwksFile: 'nowhere.json' }] },
  })
  const squatter = createServer().listen(httpPort, '127.0.0.1')
  await once(squatter, 'listening')
  try {
    const { code, worst, findings, ids } = await doctor(dir)
    expect(ids.toSorted()).toEqual(
      [
        ...['gateway', 'port', 'certificate-ends', 'certificate-name', 'logo', 'api-key-ends', 'locks-without-key'],
        ...['token-keys', 'broker-password', 'broker-away', 'staff-ends', 'no-manager'],
      ].toSorted(),
    )
    expect({ code, worst }).toEqual({ code: 2, worst: 'critical' })
    const ranks = findings.map(({ severity }) => ['critical', 'warning', 'notice'].indexOf(severity))
    expect(ranks).toEqual(ranks.toSorted())
    const { stdout } = await dir.latchkey('doctor')
    for (const { id, severity } of findings) expect(stdout).toContain(`${severity}  ${id}\n`)
    expect(
      Math.max(
        ...stdout
          .split('\n')
          .filter((line) => !line.includes('/'))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80)
  } finally {
    squatter.close()
  }
}, 180_000)

test('finds nothing wrong with a healthy site that runs', async () => {
  await using dir = await SiteDir.make({
    http: { publicUrl: 'http://192.0.2.10:8080', listeners: [{ host: '127.0.0.1', port: 0 }] },
    broker: { mode: 'embedded', host: '0.0.0.0', port: await freePort(), advertisedHost: '192.0.2.10' },
    alarms: { notify: [{ name: 'ada', kind: 'command', argv: ['/bin/true'] }] },
  })
  const sheet = z.looseObject({}).parse(JSON.parse(await dir.addLock(5)))
  const { urls } = await dir.serve()
  await dir.play(JSON.stringify({ ...sheet, host: '127.0.0.1' }))
  await untilLockOnline(urls[0] ?? '', await dir.createKey(5))
  await dir.owner((api) => api('POST', '/staff', { name: 'Tilda Berg', role: 'manager' }))
  const { code, findings, ids } = await doctor(dir)
  expect({ code, ids }).toEqual({ code: 0, ids: [] })
  const said = findings.length === 0 ? /^Nothing is wrong[.]\n$/ : /\n1 notice\n$/
  expect((await dir.latchkey('doctor')).stdout).toMatch(said)
}, 180_000)

test.each<{ fault: string; id: string; plant: (dir: SiteDir) => void }>([
  { fault: 'a data directory open to others', id: 'data-dir-open', plant: ({ dataDir }) => chmodSync(dataDir, 0o755) },
  {
    fault: 'a lost gateway key',
    id: 'gateway-key-missing',
    plant: ({ dataDir }) => rmSync(path.join(dataDir, 'gateway-key.pem')),
  },
  {
    fault: 'a damaged store',
    id: 'store-damaged',
    plant: ({ dataDir }) => {
      const file = path.join(dataDir, 'latchkey.db')
      writeFileSync(file, readFileSync(file).fill(7, 4_096, 40_000))
    },
  },
  { fault: 'a wrong config', id: 'config', plant: ({ configFile }) => writeFileSync(configFile, '{"sight": 1}') },
  {
    fault: 'files of receivers that are missing',
    id: 'receiver-file',
    plant: (dir) =>
      dir.reconfigure({
        alarms: {
          notify: [{ name: 'team', kind: 'http', format: 'slack', urlFile: 'nowhere' }],
          heartbeat: { urlFile: 'nowhere' },
        },
      }),
  },
  { fault: 'no data directory', id: 'data-dir-missing', plant: ({ dataDir }) => rmSync(dataDir, { recursive: true }) },
])(
  'names $fault, and changes nothing',
  async ({ id, plant }) => {
    await using dir = await SiteDir.make()
    await dir.addLock(5)
    plant(dir)
    const { code, ids, findings } = await doctor(dir)
    expect(ids).toContain(id)
    expect(code).toBe(findings.some(({ severity }) => severity === 'critical') ? 2 : 1)
    expect((await doctor(dir)).ids).toEqual(ids)
  },
  60_000,
)
