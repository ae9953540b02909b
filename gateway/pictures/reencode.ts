import sharp from 'sharp'
import { PICTURE_MAX_BYTES, PICTURE_MAX_PIXELS, type Picture, type PictureUse } from '#domain/pictures/picture.ts'

/** Twice the size in which a phone shows it: its screen has two or three dots for each pixel of a page. */
const BOXES: Readonly<Record<PictureUse, { readonly width: number; readonly height: number }>> = {
  door: { width: 720, height: 540 },
  logo: { width: 480, height: 96 },
}

/** Tried in this order until the picture is small enough: less quality is seen less than less size. */
const ATTEMPTS = [
  { scale: 1, quality: 78 },
  { scale: 1, quality: 62 },
  { scale: 1, quality: 45 },
  { scale: 0.75, quality: 45 },
  { scale: 0.5, quality: 40 },
  { scale: 0.35, quality: 30 },
] as const

// Of what the library can read and write, only this: every decoder more is one more that a hostile file may choose.
sharp.block({ operation: ['VipsForeign'] })
sharp.unblock({
  operation: [
    ...['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
    'VipsForeignSaveWebpBuffer',
  ],
})
sharp.concurrency(1)

type Reencoded = Picture | 'too-many-pixels' | 'damaged'

/**
 * Upright, in sRGB, small, and with nothing in it but the picture: what a camera wrote beside it, such as where it was
 * taken, is left behind.
 */
export async function reencode(bytes: Uint8Array, use: PictureUse): Promise<Reencoded> {
  const maxBytes = PICTURE_MAX_BYTES[use]
  try {
    // Reads the header alone.
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata()
    if (width * height > PICTURE_MAX_PIXELS) return 'too-many-pixels'
    const whole = sharp(bytes, { limitInputPixels: PICTURE_MAX_PIXELS, failOn: 'error' })
      .autoOrient()
      .resize({ ...BOXES[use], fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
    // A logo may have no ground of its own; a photo without one would be of the page's colour.
    if (use === 'door') whole.flatten({ background: '#fff' })
    const { data, info } = await whole.raw().toBuffer({ resolveWithObject: true })
    const { width: fullWidth, height: fullHeight, channels } = info
    for (const { scale, quality } of ATTEMPTS) {
      const made = await sharp(data, { raw: { width: fullWidth, height: fullHeight, channels } })
        .resize({ width: Math.max(1, Math.round(fullWidth * scale)) })
        .webp({ quality, effort: 5 })
        .toBuffer({ resolveWithObject: true })
      if (made.data.length <= maxBytes) {
        return { webp: made.data, widthPx: made.info.width, heightPx: made.info.height }
      }
    }
  } catch {
    return 'damaged'
  }
  throw new Error('even the smallest form is too large')
}
