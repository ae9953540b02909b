import { availableParallelism } from 'node:os'

/**
 * How many threads sign, verify and hash, as `UV_THREADPOOL_SIZE` wants it. More than there are cores only take turns,
 * and each turn costs the event loop: on two cores a signed round trip takes a fifth less CPU than with Node's four.
 * Never one alone, or a name server that does not answer would stop every signature.
 */
export const threadPoolSize = (): string => String(Math.max(2, availableParallelism()))
