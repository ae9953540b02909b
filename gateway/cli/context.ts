import type { Config } from '#config/config.ts'

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** The owner's routes, of the running gateway or of this process. */
export type OwnerApi = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  /** Bytes go as they are, anything else as JSON. */
  body?: object | Uint8Array,
) => Promise<ApiAnswer>

/** What `serve` says when it is ready. */
export interface RunningGateway {
  readonly publicUrl: string
  /** One per listener. */
  readonly urls: readonly string[]
  /** Where locks connect; null with an external broker. */
  readonly broker: { readonly host: string; readonly port: number } | null
}

/** What a command may touch; `main.ts` gives it. */
export interface CliContext {
  nowMs(): number
  print(text: string): void
  complain(text: string): void
  readFile(name: string): string
  /** The bytes of a regular file that is not too large to be a picture. */
  readPicture(name: string): Promise<Uint8Array>
  writeFile(name: string, content: string): void
  readInput(): Promise<string>
  readConfig(fileName: string): Config
  /** Runs until a signal ends it; `ready` is called once doors can be opened. */
  serve(config: Config, ready: (running: RunningGateway) => void): Promise<void>
  withOwnerApi<T>(config: Config, use: (api: OwnerApi) => Promise<T>): Promise<T>
}

/** One line for the person at the terminal; exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
