import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest'
import { z } from 'zod'
import { findProgram } from '#test/support/installed.ts'
import { Program } from '#test/support/program.ts'

/** The machine's own Node, when it is older than what we need. */
async function oldNode(context: TestContext): Promise<string> {
  const file = findProgram('node')
  if (file === null) return context.skip('there is no Node outside node_modules')
  const { stdout } = await Program.run(file, ['--version'])
  if (Number(/^v(\d+)/.exec(stdout)?.[1]) >= 24) return context.skip(`the machine's own Node is ${stdout.trim()}`)
  return file
}

let tree: string
beforeEach(() => {
  tree = mkdtempSync(path.join(tmpdir(), 'latchkey-tree-'))
})
afterEach(() => rmSync(tree, { recursive: true }))

/** `latchkey.mjs` and its package in a tree of its own, over a `main.ts` that does this. */
function plant(folder: string, main: string): string {
  mkdirSync(path.join(folder, 'gateway/runtime'), { recursive: true })
  for (const file of ['latchkey.mjs', 'runtime/typescript.mjs']) {
    copyFileSync(`gateway/${file}`, path.join(folder, 'gateway', file))
  }
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(path.join(folder, 'gateway/main.ts'), main)
  return path.join(folder, 'gateway/latchkey.mjs')
}

function pinRuntime(bin: string): void {
  mkdirSync(bin, { recursive: true })
  symlinkSync(process.execPath, path.join(bin, 'node'))
}

describe('the bin on an older Node', () => {
  test('hands over to the pinned runtime, with its arguments, its input, its output and its exit code', async (context) => {
    const node = await oldNode(context)
    const main = `
      const typed: string[] = process.argv.slice(2)
      let input = ''
      for await (const chunk of process.stdin) input += chunk
      console.log(JSON.stringify({ version: process.version, typed, input }))
      console.error('complaint')
      process.exitCode = 5`
    const bin = plant(tree, main)
    pinRuntime(path.join(tree, 'node_modules/.bin'))
    const args = ['key', 'create', '--description', 'two words; $HOME']
    const { code, stdout, stderr } = await Program.run(node, [bin, ...args], { input: 'typed in' })
    expect({ code, stderr }).toEqual({ code: 5, stderr: 'complaint\n' })
    expect(JSON.parse(stdout)).toEqual({ version: process.version, typed: args, input: 'typed in' })
  })

  test('finds the runtime that lies beside it when it is somebody’s dependency', async (context) => {
    const node = await oldNode(context)
    const bin = plant(path.join(tree, 'node_modules/latchkey'), 'console.log(process.version)')
    // Node does not strip types below node_modules; which runtime is started is what this is about.
    pinRuntime(path.join(tree, 'node_modules/.bin'))
    const { stderr } = await Program.run(node, [bin])
    expect(stderr).toContain(`Node.js ${process.version}`)
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on, and ends as what it started ends',
    async (signal) => {
      const found = findProgram('node')
      const bin = plant(
        tree,
        `process.on('${signal}', () => { console.log('told'); process.exit(7) })
       setInterval(() => {}, 1_000)
       console.log('ready')`,
      )
      pinRuntime(path.join(tree, 'node_modules/.bin'))
      await using program = Program.start(found ?? process.execPath, [bin])
      await program.line((line) => line === 'ready')
      program.kill(signal)
      expect(await program.ended).toMatchObject({ code: 7, signal: null, stdout: 'ready\ntold\n' })
    },
  )

  test('ends above 128 when what it started was killed', async (context) => {
    const node = await oldNode(context)
    const bin = plant(tree, `process.kill(process.pid, 'SIGKILL')\nsetInterval(() => {}, 1_000)`)
    pinRuntime(path.join(tree, 'node_modules/.bin'))
    expect(await Program.run(node, [bin])).toMatchObject({ code: 137 })
  })

  test('says one clear line and exits 78 when there is no runtime to hand over to', async (context) => {
    const node = await oldNode(context)
    const { code, stdout, stderr } = await Program.run(node, [plant(tree, '')])
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
    expect(stderr).toMatch(
      /^latchkey needs Node 24 or newer, this is \d+\.\d+\.\d+: install that, or run npm ci[^\n]*\n$/,
    )
  })

  test('says one clear line and exits 78 when the runtime cannot be run', async (context) => {
    const node = await oldNode(context)
    const bin = plant(tree, '')
    mkdirSync(path.join(tree, 'node_modules/.bin'), { recursive: true })
    writeFileSync(path.join(tree, 'node_modules/.bin/node'), 'no program', { mode: 0o644 })
    const { code, stderr } = await Program.run(node, [bin])
    expect(code).toBe(78)
    expect(stderr).toMatch(/^latchkey cannot run its Node 24: [^\n]+\n$/)
  })

  test('runs the true command line', async (context) => {
    const node = await oldNode(context)
    const { version } = z.looseObject({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')))
    expect(await Program.run(node, ['gateway/latchkey.mjs', '--version'])).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    })
  })
})

test('the bin on a Node that is new enough runs in that process', async () => {
  const bin = plant(tree, 'console.log(process.pid, process.argv[1], ...process.argv.slice(2))')
  const program = Program.start(process.execPath, [bin, 'lock', 'list'])
  const { stdout } = await program.ended
  expect(stdout).toBe(`${program.pid} ${path.join(tree, 'gateway/main.ts')} lock list\n`)
})

describe('npm scripts', () => {
  const { scripts } = z
    .looseObject({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')))
  /** Arguments with which a script ends soon, and the code that it ends with. */
  const ENDS_SOON: Record<string, string[]> = {
    start: ['--help'],
    demo: ['--help'],
    latchkey: ['--help'],
    'lock-sim': ['--help'],
    // A name that no test file has.
    'test:only': ['--passWithNoTests', 'no-such-test-file'],
  }
  const ours = Object.keys(scripts).filter((name) => /\bnode |vitest/.test(scripts[name] ?? '') && name !== 'bench')

  test('that start a long-running program begin with exec, so that a signal to npm reaches it', () => {
    for (const name of ['start', 'demo', 'latchkey']) expect(scripts[name]).toMatch(/^exec node /)
  })

  test('that run our code are all tried here', () => {
    expect(ours.sort()).toEqual(Object.keys(ENDS_SOON).sort())
  })

  test.each(Object.keys(ENDS_SOON))('run our code on Node 24, whatever Node npm itself runs on: %s', async (name) => {
    const npm = findProgram('npm')
    if (npm === null) throw new Error('there is no npm outside node_modules')
    const seen = path.join(tree, 'seen')
    const spy = path.join(tree, 'spy.cjs')
    writeFileSync(
      spy,
      `require('node:fs').appendFileSync(${JSON.stringify(seen)}, process.version + ' ' + process.argv[1] + '\\n')`,
    )
    const PATH = (process.env.PATH ?? '')
      .split(path.delimiter)
      .filter((folder) => !folder.includes('node_modules'))
      .join(path.delimiter)
    const env = { PATH, HOME: tree, NODE_OPTIONS: `--require ${spy}` }
    const { code, stderr } = await Program.run(npm, ['run', '-s', name, '--', ...(ENDS_SOON[name] ?? [])], { env })
    expect(code, stderr).toBe(0)
    const processes = existsSync(seen) ? readFileSync(seen, 'utf8').trimEnd().split('\n') : []
    const versions = processes.filter((line) => line.includes(`${process.cwd()}/`)).map((line) => line.split(' ')[0])
    expect(versions).toEqual([expect.stringMatching(/^v24\./)])
  })
})

/** The product in a folder of its own, so that its compile cache is empty. */
function freshCheckout(folder: string): void {
  for (const name of ['gateway', 'broker', 'protocol', 'package.json']) {
    cpSync(name, path.join(folder, name), { recursive: true })
  }
  mkdirSync(path.join(folder, 'node_modules'))
  for (const name of readdirSync('node_modules').filter((entry) => !entry.startsWith('.'))) {
    symlinkSync(path.resolve('node_modules', name), path.join(folder, 'node_modules', name))
  }
}

test('compiles no WebAssembly with the optimizing compiler at its first start, and none at all at its second', async () => {
  const checkout = path.join(tree, 'checkout')
  mkdirSync(checkout)
  freshCheckout(checkout)
  const config = path.join(tree, 'config.json')
  const listeners = [{ host: '127.0.0.1', port: 0 }]
  const broker = { mode: 'embedded', host: '127.0.0.1', port: 0 }
  const site = { id: 'test', name: 'Test', timeZone: 'UTC' }
  writeFileSync(config, JSON.stringify({ site, dataDir: path.join(tree, 'data'), http: { listeners }, broker }))
  const start = async (): Promise<string[]> => {
    const bin = path.join(checkout, 'gateway/latchkey.mjs')
    const args = ['--trace-wasm-compilation-times', bin, 'serve', '--json', '--config', config]
    // Tests have a cache of their own, which threads would share.
    await using program = Program.start(process.execPath, args, { env: { NODE_COMPILE_CACHE: undefined } })
    await program.line((line) => line.startsWith('{'))
    program.kill('SIGTERM')
    const { code, stdout, stderr } = await program.ended
    expect(code, stderr).toBe(0)
    // Two threads may write into one line.
    return [...stdout.matchAll(/ using (\w+), took/g)].map(([, compiler]) => compiler ?? '')
  }
  const first = await start()
  expect(new Set(first)).toEqual(new Set(['Liftoff']))
  expect(await start()).toEqual([])
})
