import { emptyFlash, type FlashImage } from './journal.ts'

/** Where a lock's memory is kept while it has no power. */
export interface Flash {
  load(): FlashImage
  /** Returns when the image is durable. */
  save(image: FlashImage): void
}

/** Survives reboots, and simulators that are given the same object. */
export function memoryFlash(): Flash {
  let kept = emptyFlash()
  return {
    load: () => kept,
    save: (image) => {
      kept = image
    },
  }
}
