import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { emptyFlash, type FlashImage } from '#firmware-sim/machine/journal.ts'
import { parseBootId, parseCommandHash, parseCommandId, parseKeyRef, parseOpeningId } from '#protocol/ids.ts'
import { ACK_RESULTS } from '#protocol/limits.ts'
import type { Flash } from './flash.ts'

const id = <T>(parse: (text: string) => T | null) =>
  z.string().transform((text, context) => {
    const parsed = parse(text)
    if (parsed !== null) return parsed
    context.addIssue('not an id')
    return z.NEVER
  })
const whole = z.int().min(0)

const recordSchema = z.strictObject({
  commandId: id(parseCommandId),
  openingId: id(parseOpeningId),
  commandHash: id(parseCommandHash),
  keyRef: id(parseKeyRef).nullable(),
  bootId: id(parseBootId),
  counter: whole.nullable(),
  notAfterUptimeS: whole,
  intentSeq: whole.nullable(),
  outcome: z
    .strictObject({ seq: whole, result: z.enum(ACK_RESULTS), message: z.string(), receipted: z.boolean() })
    .nullable(),
})
const imageSchema = z.strictObject({
  lastSeq: whole,
  boots: z.array(
    z.strictObject({ bootId: id(parseBootId), forgottenCounter: whole, forgottenNotAfterUptimeS: z.int().min(-1) }),
  ),
  pages: z.array(z.array(recordSchema)),
})

/** Keeps a lock's memory in one JSON file, so that it survives the simulator. `load` throws when it is not one of its own. */
export function fileFlash(path: string): Flash {
  return {
    load: () => (existsSync(path) ? readImage(path) : emptyFlash()),
    // Synchronous: a write that went on after a simulated power cut could overwrite what the next boot has written.
    save: async (image) => {
      const temporary = `${path}.new`
      writeFileSync(temporary, JSON.stringify({ ...image, pages: image.pages.map((page) => [...page.values()]) }))
      sync(temporary, 'r+')
      renameSync(temporary, path)
      // The new name is durable only with its directory.
      sync(dirname(path), 'r')
    },
  }
}

function readImage(path: string): FlashImage {
  const { pages, ...rest } = imageSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  return { ...rest, pages: pages.map((page) => new Map(page.map((record) => [record.commandId, record]))) }
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags)
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
