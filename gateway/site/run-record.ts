import { readFileSync, statSync } from 'node:fs'
import { utimes } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Log } from '#domain/ports.ts'
import { judgeRunBefore, type KeptRun, type RunBefore } from '#domain/upkeep/run-before.ts'
import { systemErrorCode } from '#runtime/startup-error.ts'
import { writeDurably } from '#runtime/write-durably.ts'

const stored = z.object({ version: z.string(), machineStart: z.string().nullable(), endedAtMs: z.number().nullable() })

/**
 * What this gateway writes of its own run into `run.json`, so that the next one can tell how it ended. Losing it costs a line on a
 * page: no failure of it reaches anybody but the log.
 */
export class RunRecord {
  /** How the run before ended. */
  readonly before: RunBefore
  readonly #file: string
  readonly #machineStart: string | null
  readonly #log: Pick<Log, 'warn'>
  #version: string | null = null

  /** @param machineStart see `KeptRun` */
  constructor(dataDir: string, machineStart: string | null, log: Pick<Log, 'warn'>) {
    this.#file = path.join(dataDir, 'run.json')
    this.#machineStart = machineStart
    this.#log = log
    this.before = judgeRunBefore(keptIn(this.#file), machineStart)
  }

  /** Once, when the gateway is there. */
  begin(version: string): void {
    this.#version = version
    this.#write(null)
  }

  /** It still runs: call it once in a while. */
  async alive(nowMs: number): Promise<void> {
    await utimes(this.#file, nowMs / 1_000, nowMs / 1_000).catch((error: unknown) => this.#tell(error))
  }

  /** In good order. Nothing, when it never began. */
  end(nowMs: number): void {
    if (this.#version !== null) this.#write(nowMs)
  }

  #write(endedAtMs: number | null): void {
    try {
      const run = { version: this.#version, machineStart: this.#machineStart, endedAtMs }
      writeDurably(this.#file, `${JSON.stringify(run)}\n`)
    } catch (error) {
      this.#tell(error)
    }
  }

  #tell(error: unknown): void {
    this.#log.warn(
      { cause: systemErrorCode(error) ?? String(error) },
      'run.json is not kept: the next start can’t tell how this run ended',
    )
  }
}

/** One that is damaged or missing tells nothing. */
function keptIn(file: string): KeptRun | null {
  try {
    const run = stored.parse(JSON.parse(readFileSync(file, 'utf8')))
    return { ...run, aliveAtMs: Math.round(statSync(file).mtimeMs) }
  } catch {
    return null
  }
}

/** The kernel's own name for this start of the machine; null where it has none. */
export function machineStartNow(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null
  }
}
