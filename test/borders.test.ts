import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'

const run = promisify(execFile)
const CONFIG = path.resolve('.dependency-cruiser.mjs')

/** One import for each law that it breaks: from, to, and what the check has to call it. */
const BREAKS: readonly (readonly [from: string, to: string, law: string])[] = [
  ['protocol/a.ts', 'gateway/domain/x.ts', 'borders-of-protocol'],
  ['broker/a.ts', 'gateway/domain/x.ts', 'borders-of-broker'],
  ['gateway/domain/a.ts', 'gateway/store/x.ts', 'borders-of-gateway-domain'],
  ['gateway/domain/b.ts', 'protocol/messages.ts', 'borders-of-gateway-domain'],
  ['gateway/domain/c.ts', 'gateway/runtime/log.ts', 'borders-of-gateway-domain'],
  ['gateway/store/a.ts', 'gateway/http/x.ts', 'borders-of-gateway-store'],
  ['gateway/lock-link/a.ts', 'gateway/store/x.ts', 'borders-of-gateway-lock-link'],
  ['gateway/http/a.ts', 'gateway/lock-link/x.ts', 'borders-of-gateway-http'],
  ['gateway/http/b.ts', 'gateway/store/x.ts', 'borders-of-gateway-http'],
  ['gateway/pictures/a.ts', 'gateway/store/x.ts', 'borders-of-gateway-pictures'],
  ['gateway/notify/a.ts', 'gateway/store/x.ts', 'borders-of-gateway-notify'],
  ['gateway/config/a.ts', 'gateway/http/x.ts', 'borders-of-gateway-config'],
  ['gateway/metrics/a.ts', 'gateway/store/x.ts', 'borders-of-gateway-metrics'],
  ['gateway/doctor/a.ts', 'gateway/http/x.ts', 'borders-of-gateway-doctor'],
  ['gateway/runtime/a.ts', 'gateway/http/x.ts', 'borders-of-gateway-runtime'],
  ['gateway/public-keys/a.ts', 'gateway/domain/x.ts', 'borders-of-gateway-public-keys'],
  ['gateway/site/a.ts', 'gateway/http/routes/x.ts', 'borders-of-gateway-site'],
  ['gateway/owner/a.ts', 'gateway/http/routes/x.ts', 'borders-of-gateway-owner'],
  ['gateway/cli/a.ts', 'gateway/store/x.ts', 'borders-of-gateway-cli'],
  ['gateway/main.ts', 'broker/x.ts', 'borders-of-gateway'],
  ['firmware-sim/a.ts', 'gateway/domain/x.ts', 'borders-of-firmware-sim'],
  ['firmware-sim/demo/a.ts', 'broker/x.ts', 'borders-of-firmware-sim-demo'],
  ['gateway/newcomer/a.ts', 'gateway/domain/x.ts', 'every-folder-is-ruled'],
  ['gateway/http/c.ts', 'gateway/gateway.ts', 'nothing-imports-what-starts'],
  ['gateway/http/d.ts', 'gateway/wiring/x.ts', 'nothing-imports-what-starts'],
  ['gateway/wiring/a.ts', 'gateway/gateway.ts', 'parts-of-the-wiring-know-not-their-whole'],
  ['gateway/wiring/b.ts', 'broker/x.ts', 'borders-of-gateway-wiring'],
  ['gateway/domain/d.ts', 'node:fs', 'judgement-does-no-io'],
  ['protocol/b.ts', 'node:net', 'judgement-does-no-io'],
  ['gateway/domain/e.ts', 'zod', 'the-domain-needs-no-library'],
  ['gateway/store/tables/a.ts', 'gateway/store/jobs/x.ts', 'tables-know-no-judgement'],
  ['gateway/store/jobs/a.ts', 'gateway/store/writer/x.ts', 'jobs-know-no-thread'],
  ['gateway/store/b.ts', 'test/x.ts', 'product-knows-no-test'],
  ['gateway/store/c.ts', 'vitest', 'no-dev-dependency-in-the-product'],
  ['gateway/store/d.ts', './nowhere.ts', 'no-unresolved'],
  ['gateway/http/round.ts', 'gateway/http/trip.ts', 'no-cycles'],
]

const cruised = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
})

const tree = mkdtempSync(path.join(tmpdir(), 'latchkey-borders-'))
afterAll(() => rmSync(tree, { recursive: true }))

function plant(file: string, content: string): void {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true })
  writeFileSync(path.join(tree, file), content)
}

const spell = (from: string, to: string): string =>
  to.includes('/') && !to.startsWith('.') ? path.relative(path.dirname(from), to).replace(/^(?!\.)/, './') : to

/** The names of the laws that each file breaks, by file. */
async function brokenLaws(): Promise<Map<string, Set<string>>> {
  const folders = ['gateway', 'broker', 'firmware-sim', 'protocol']
  const cruise = run(
    path.resolve('node_modules/.bin/depcruise'),
    ['--config', CONFIG, '--output-type', 'json', ...folders],
    { cwd: tree, maxBuffer: 50_000_000 },
  )
  const { stdout } = await cruise.catch((error: unknown) => z.object({ stdout: z.string() }).parse(error))
  const broken = new Map<string, Set<string>>()
  for (const { from, rule } of cruised.parse(JSON.parse(stdout)).summary.violations) {
    broken.set(from, (broken.get(from) ?? new Set()).add(rule.name))
  }
  return broken
}

test('an import that breaks a law of the house is found, of a type alone too', async () => {
  plant('tsconfig.json', '{"compilerOptions":{"module":"nodenext","allowImportingTsExtensions":true,"noEmit":true}}')
  plant('package.json', '{"type":"module","dependencies":{"zod":"*"},"devDependencies":{"vitest":"*"}}')
  for (const name of ['zod', 'vitest']) {
    plant(`node_modules/${name}/package.json`, `{"name":"${name}","version":"1.0.0","main":"index.js"}`)
    plant(`node_modules/${name}/index.js`, '')
  }
  for (const [, to] of BREAKS) {
    if (to.includes('/') && !to.startsWith('.')) plant(to, 'export type Thing = 1\nexport const thing: Thing = 1\n')
  }
  plant('gateway/http/trip.ts', "import type { Round } from './round.ts'\nexport type Trip = Round | 1\n")
  for (const [from, to, law] of BREAKS) {
    const name = law === 'no-cycles' ? 'type Trip' : to.includes('/') && !to.startsWith('.') ? 'type Thing' : 'thing'
    plant(from, `import { ${name} } from '${spell(from, to)}'\nexport type Round = 1\n`)
  }
  const broken = await brokenLaws()
  const missed = BREAKS.filter(([from, , law]) => broken.get(from)?.has(law) !== true)
  expect(missed).toEqual([])
}, 60_000)

test('every law has an import here that breaks it', async () => {
  const { default: config } = z
    .object({ default: z.object({ forbidden: z.array(z.object({ name: z.string() })) }) })
    .parse(await import(CONFIG))
  const shown = new Set(BREAKS.map(([, , law]) => law))
  expect(config.forbidden.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
})
