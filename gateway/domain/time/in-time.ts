import type { Clock } from './clock.ts'

/** The work was not done in time. It goes on: whoever began it follows it to its end. */
export const LATE = Symbol('late')

/** What the work answers, or `LATE` when the time comes first. */
export function inTime<T>(
  work: Promise<T>,
  untilMonotonicMs: number,
  clock: Pick<Clock, 'monotonicMs' | 'startTimer'>,
): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const cancel = clock.startTimer(Math.max(0, untilMonotonicMs - clock.monotonicMs()), () => resolve(LATE))
    work.then(
      (value) => {
        cancel()
        resolve(value)
      },
      (error: unknown) => {
        cancel()
        reject(error)
      },
    )
  })
}
