/**
 * What Aedes says of its errors in words alone: they have neither a class nor a code. Every look at one of its texts stands
 * here; `misbehaving-locks.test.ts` brings each about and fails when Aedes says it otherwise.
 */
export const isDrainTimeout = (error: Error): boolean => error.message === 'drain timeout'
