import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest'
import { findProgram, installed } from '#test/support/installed.ts'
import { Program } from '#test/support/program.ts'
import { TestSite } from '#test/support/site.ts'

/**
 * The vendor's sample clients: a JSON content type without a body, placeholders for both credentials, the redirect
 * followed, the answer parsed as JSON. Each prints what it parsed.
 */
const HEADERS = {
  'Content-Type': 'application/json',
  Authorization: 'Bearer YOUR_ACCESS_TOKEN',
  'X-API-Key': 'YOUR_API_KEY',
}
const NAMES = Object.entries(HEADERS)

interface Client {
  name: string
  /** The command that opens what `url` says; skips or fails when it is not there. */
  command(url: string, context: TestContext, folder: string): Promise<[program: string, ...args: string[]]>
}

function file(folder: string, name: string, content: string): string {
  const written = path.join(folder, name)
  writeFileSync(written, content)
  return written
}

const curlHeaders = NAMES.flatMap(([name, value]) => ['-H', `${name}: ${value}`])

const CLIENTS: readonly Client[] = [
  {
    name: 'curl that keeps POST (curl -L -X POST)',
    command: async (url, context) => [installed('curl', context), '-sS', '-L', '-X', 'POST', ...curlHeaders, url],
  },
  {
    name: 'curl (curl -L -d "")',
    command: async (url, context) => [installed('curl', context), '-sS', '-L', '-d', '', ...curlHeaders, url],
  },
  {
    name: 'Python requests',
    command: async (url, context, folder) => {
      const script = `import json, sys, requests
answer = requests.post(sys.argv[1], headers=${JSON.stringify(HEADERS)}, timeout=20)
answer.raise_for_status()
print(json.dumps(answer.json()))`
      return [await pythonWithRequests(context), file(folder, 'client.py', script), url]
    },
  },
  {
    name: 'JavaScript fetch',
    command: async (url, _context, folder) => {
      const script = `const answer = await fetch(process.argv[2], { method: 'POST', headers: ${JSON.stringify(HEADERS)} })
if (!answer.ok) throw new Error(String(answer.status))
console.log(JSON.stringify(await answer.json()))`
      return [process.execPath, file(folder, 'client.mjs', script), url]
    },
  },
  {
    name: 'Go net/http',
    command: async (url, context, folder) => {
      const script = `package main

import ("encoding/json"; "net/http"; "os")

func main() {
	request, err := http.NewRequest("POST", os.Args[1], nil)
	if err != nil { panic(err) }
${NAMES.map(([name, value]) => `	request.Header.Set(${JSON.stringify(name)}, ${JSON.stringify(value)})`).join('\n')}
	answer, err := http.DefaultClient.Do(request)
	if err != nil { panic(err) }
	defer answer.Body.Close()
	if answer.StatusCode != 200 { panic(answer.Status) }
	var body map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil { panic(err) }
	if err := json.NewEncoder(os.Stdout).Encode(body); err != nil { panic(err) }
}
`
      return [installed('go', context), 'run', file(folder, 'client.go', script), url]
    },
  },
  {
    name: 'Ruby net/http',
    command: async (url, context, folder) => {
      // Ruby's net/http leaves redirects to its caller: as its manual shows it.
      const script = `require 'net/http'
require 'json'
address = URI(ARGV[0])
headers = ${JSON.stringify(HEADERS).replaceAll('":"', '" => "')}
answer = Net::HTTP.post(address, nil, headers)
if answer.is_a?(Net::HTTPRedirection)
  target = URI.join(address, answer['location'])
  answer = Net::HTTP.get_response(target, headers)
end
raise answer.code unless answer.is_a?(Net::HTTPSuccess)
puts JSON.generate(JSON.parse(answer.body))`
      return [installed('ruby', context), file(folder, 'client.rb', script), url]
    },
  },
]

/** The first Python that has requests: a machine may have several. */
async function pythonWithRequests(context: TestContext): Promise<string> {
  for (const python of [findProgram('python3'), '/usr/bin/python3']) {
    if (python === null) continue
    const asked = Program.run(python, ['-c', 'import requests']).catch(() => ({ code: 1 }))
    if ((await asked).code === 0) return python
  }
  return installed('python3-requests', context, null)
}

let site: TestSite
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-clients-'))
  site = await TestSite.start()
  await site.playLock(1)
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test.for(CLIENTS)(
  'a public key opens for the vendor’s client with placeholders for credentials: $name',
  { timeout: 120_000 },
  async ({ command }, context) => {
    const uuid = await site.createKey(1, { maxUses: 2 })
    const before = site.locks.get(1)?.actuations ?? Number.NaN
    const [program, ...args] = await command(`${site.url}/temp-keys/${uuid}/open`, context, folder)
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      GOCACHE: path.join(folder, 'go-cache'),
      GOTOOLCHAIN: 'local',
      GOTELEMETRY: 'off',
      NO_PROXY: '127.0.0.1',
    }
    const { code, stdout, stderr } = await Program.run(program, args, { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ uuid, lockId: 1, usedCount: 1, latestOpening: { state: 'opened' } })
    expect(site.locks.get(1)?.actuations).toBe(before + 1)
  },
)
