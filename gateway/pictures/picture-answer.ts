import { z } from 'zod'
import { type MakePicture, PICTURE_MAX_BYTES, PICTURE_MAX_PIXELS, type PictureUse } from '#domain/pictures/picture.ts'

const fromProcess = z.union([
  z.strictObject({ refused: z.enum(['too-many-pixels', 'damaged']) }),
  z.strictObject({ webp: z.base64(), widthPx: z.int().min(1).max(1_000), heightPx: z.int().min(1).max(1_000) }),
])
/** What the process that works on a picture writes, as JSON. */
export type FromPictureProcess = z.infer<typeof fromProcess>

const REFUSALS = {
  'too-many-pixels': `has more than ${PICTURE_MAX_PIXELS / 1_000_000} million pixels`,
  damaged: 'is damaged or broken off',
} as const

/**
 * What the picture process made of a file. It is not trusted: whatever a hostile file turned it into, nothing but a small
 * WebP comes out of it.
 *
 * @throws Error when it said anything else
 */
export function pictureAnswer(
  said: string,
  use: PictureUse,
): Extract<Awaited<ReturnType<MakePicture>>, { readonly kind: 'made' | 'refused' }> {
  const answer = fromProcess.parse(JSON.parse(said))
  if ('refused' in answer) return { kind: 'refused', why: REFUSALS[answer.refused] }
  const { webp, ...size } = answer
  const picture = { webp: Buffer.from(webp, 'base64'), ...size }
  const isWebp = picture.webp.toString('latin1', 0, 4) === 'RIFF' && picture.webp.toString('latin1', 8, 12) === 'WEBP'
  if (!isWebp || picture.webp.length > PICTURE_MAX_BYTES[use]) throw new Error('the picture process made no picture')
  return { kind: 'made', picture }
}
