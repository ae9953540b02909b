import type { Command } from 'commander'
import { z } from 'zod'

const globals = z.object({ config: z.string(), json: z.boolean().default(false) })
/** Options that every command takes. */
export type Globals = z.infer<typeof globals>

export const globalsOf = (command: Command): Globals => globals.parse(command.optsWithGlobals())
