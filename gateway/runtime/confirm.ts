import { createInterface } from 'node:readline/promises'

/** A person at a terminal says yes; null when there is nobody to ask. Asked on standard error: the answer may be piped. */
export async function confirm(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await asking.question(`${question} (yes/no) `)).trim())
  } finally {
    asking.close()
  }
}
