import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { Program } from './program.ts'
import { freePort } from './site-dir.ts'
import { until } from './until.ts'

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
})

/** What an instant query answers: one entry for each series. */
export type Series = z.infer<typeof answer>['data']['result'][number]

/** A real Prometheus on loopback that looks at a gateway once a second, by our rules without their waits. */
export class Prometheus implements AsyncDisposable {
  readonly #program: Program
  readonly #url: string

  private constructor(program: Program, url: string) {
    this.#program = program
    this.#url = url
  }

  static async start(file: string, gatewayUrl: string, rulesFile: string): Promise<Prometheus> {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-prometheus-'))
    const port = await freePort()
    writeFileSync(
      path.join(folder, 'rules.yml'),
      readFileSync(rulesFile, 'utf8').replaceAll(/^( +for:) .*$/gm, '$1 1s'),
    )
    writeFileSync(
      path.join(folder, 'prometheus.yml'),
      `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: latchkey
    static_configs: [{ targets: ['${new URL(gatewayUrl).host}'] }]
`,
    )
    const url = `http://127.0.0.1:${port}`
    const program = Program.start(file, [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ])
    await until('Prometheus is ready', async () => {
      if (!program.running) throw new Error(`Prometheus ended: ${program.stderr}`)
      return await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    })
    return new Prometheus(program, url)
  }

  async query(expression: string): Promise<readonly Series[]> {
    const got = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(expression)}`)
    return answer.parse(await got.json()).data.result
  }

  /** Waits until this has an answer with a series in it. */
  until(expression: string): Promise<readonly Series[]> {
    return until(
      `Prometheus knows ${expression}`,
      async () => {
        const found = await this.query(expression)
        return found.length > 0 && found
      },
      60_000,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
  }
}
