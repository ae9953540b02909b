import { setFlagsFromString } from 'node:v8'

/**
 * How much the heap may grow between two full collections, in percent of what the last one left. V8 takes up to four times
 * as much on a machine with memory to spare: under a flood of small requests the process grew by 270 MB, nearly all of it
 * garbage, on a box that it shares with others.
 */
const GROWTH_MAX_PERCENT = 50

/** Call once, before the gateway starts; it counts from the next full collection on. */
export const boundHeapGrowth = (): void => setFlagsFromString(`--heap-growing-percent=${GROWTH_MAX_PERCENT}`)
