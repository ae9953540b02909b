import { z } from 'zod'

/** A public key in whatever form people have it; a certificate with its text is the longest. */
export const givenKey = z.string().min(1).max(7_000)
