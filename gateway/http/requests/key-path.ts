const OF_A_KEY = /^\/temp-keys\/[^/?#]+(?:\/open)?(?=\/?(?:[?#]|$))/i

/**
 * The routes of a key are known in any case: a QR code that is all in capitals is a quarter smaller, and some readers
 * change the case of what they read. Everything else stays as it is, because the ids of openings differ by case.
 */
export const inUsualCase = (url: string): string => url.replace(OF_A_KEY, (path) => path.toLowerCase())
