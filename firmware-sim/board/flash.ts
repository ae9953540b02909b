import { emptyFlash, type FlashImage } from '#firmware-sim/machine/journal.ts'

/** Where a lock's memory is kept while it has no power. */
export interface Flash {
  load(): FlashImage
  /**
   * Resolves when the image is durable; rejects when it may or may not be. After a power cut, the first `load` settles
   * it: a write that was under way is either in the loaded image or never happens later.
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
