import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'

interface Asked {
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly output: Writable & { readonly isTTY?: boolean }
}

/** A person at a terminal says yes; null when there is nobody to ask. Asked on standard error: the answer may be piped. */
export async function confirm(question: string, { input, output }: Asked): Promise<boolean | null> {
  if (!input.isTTY || !output.isTTY) return null
  const asking = createInterface({ input, output })
  try {
    return /^y(es)?$/i.test((await asking.question(`${question} (yes/no) `)).trim())
  } finally {
    asking.close()
  }
}
