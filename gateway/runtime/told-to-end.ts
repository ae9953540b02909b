export interface ToldToEnd {
  /** The first of the signals that comes. */
  readonly signal: Promise<NodeJS.Signals>
  /** Gives the signals back to the system: for a start that was refused. */
  stopListening(): void
}

/**
 * Hears these signals from now on. It listens on after the first: npm and terminals send a signal twice, and the second
 * must not cut an orderly end short.
 */
export function toldToEnd(signals: readonly NodeJS.Signals[]): ToldToEnd {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  for (const signal of signals) process.on(signal, resolve)
  return {
    signal: promise,
    stopListening: () => {
      for (const signal of signals) process.off(signal, resolve)
    },
  }
}
