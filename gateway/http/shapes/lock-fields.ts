import { z } from 'zod'
import { PULSE_MAX_S, PULSE_MIN_S } from '#protocol/limits.ts'
import { line, lines, organization as organizationField, owner as ownerField } from './fields.ts'

/** What the owner says of a lock. */

export const name = line(100)
export const area = line(100).nullable()
/** As much as fits under a picture on a phone. */
export const directions = lines(500, 12).nullable()
export const pulseS = z
  .int(`must be whole seconds from ${PULSE_MIN_S} to ${PULSE_MAX_S}`)
  .min(PULSE_MIN_S, `must be at least ${PULSE_MIN_S} seconds`)
  .max(PULSE_MAX_S, `must be at most ${PULSE_MAX_S} seconds`)
export const organization = organizationField.nullable()
export const owner = ownerField.nullable()
