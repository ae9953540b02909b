import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'

const folders = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .concat('/usr/bin', '/usr/sbin')

/** Where a program of the machine is, never one of ours in node_modules; null if nowhere. */
export const findProgram = (name: string): string | null =>
  folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null

/** Without the program the test is skipped and says so; where everything must be there (LATCHKEY_ALL) it fails. */
export function installed(name: string, context: TestContext, found = findProgram(name)): string {
  if (found !== null) return found
  const missing = `${name} is not installed`
  if (process.env.LATCHKEY_ALL) throw new Error(missing)
  return context.skip(missing)
}
