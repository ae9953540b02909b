/**
 * Resolves with the first of these signals that comes. It listens on afterwards: npm and terminals send a signal twice,
 * and the second must not cut an orderly end short.
 */
export const toldToEnd = (signals: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of signals) process.on(signal, () => resolve(signal))
  })
