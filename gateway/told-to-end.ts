/**
 * Resolves at the first of these signals. It listens on afterwards: npm and terminals send a signal twice, and the
 * second must not cut an orderly end short.
 */
export const toldToEnd = (signals: readonly NodeJS.Signals[]): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of signals) process.on(signal, () => resolve())
  })
