import { emptyFlash, type FlashImage } from '#firmware-sim/machine/journal.ts'

/** Where a lock's memory is kept while it has no power. */
export interface Flash {
  load(): FlashImage
  /**
   * Resolves when the image is durable. Rejects when it may not be, though it may be there all the same. Once the power
   * went, `load` decides: a write under way is in what it answers, or it never happens.
   */
  save(image: FlashImage): Promise<void>
}

/** Survives reboots, and simulators that are given the same object. */
export function memoryFlash(): Flash {
  let kept = emptyFlash()
  return {
    load: () => kept,
    save: async (image) => {
      kept = image
    },
  }
}
