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
  /** Where the embedded broker listens; null with an external one. */
  readonly broker: { readonly host: string; readonly port: number } | null
  /** What locks are flashed with: where they find the broker. */
  readonly brokerAddress: { readonly host: string; readonly port: number }
}

/** A new, empty file for secrets. */
export interface PrivateFile {
  readonly path: string
  write(content: string): void
  remove(): void
}

/** Standard output where a person reads it. */
export interface Terminal {
  /** How many characters fit in a line. */
  readonly columns: number
  /** It shows them, and nobody asked for none (`NO_COLOR`). */
  readonly hasColours: boolean
}

/** What a command may touch; `main.ts` gives it. */
export interface CliContext {
  nowMs(): number
  /** Who is at the terminal, as the machine knows it. */
  userName(): string
  /** Null when standard output is a pipe or a file: then nothing is cut, coloured or drawn anew. */
  readonly terminal: Terminal | null
  print(text: string): void
  complain(text: string): void
  readFile(name: string): string
  readBytes(name: string): Uint8Array
  /** The bytes of a regular file that is not too large to be a picture. */
  readPicture(name: string): Promise<Uint8Array>
  writeFile(name: string, content: string): void
  /** Makes a new file that nobody else can read; refuses one that is there. */
  createPrivateFile(name: string): PrivateFile
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
