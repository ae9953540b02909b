/** A picture as it is kept and shown: WebP of our own making, never a file as it came. */
export interface Picture {
  readonly webp: Uint8Array
  readonly widthPx: number
  readonly heightPx: number
}

/** What a picture is for; each has a size of its own. */
export type PictureUse = 'door' | 'logo'

/**
 * Bytes that somebody chose become a picture, or are refused. `why` goes on after "the file", as in "is empty". `busy`:
 * too many wait already, and nothing was looked at.
 */
export type MakePicture = (
  bytes: Uint8Array,
  use: PictureUse,
) => Promise<MadePicture | { readonly kind: 'refused'; readonly why: string } | { readonly kind: 'busy' }>
export type MadePicture = { readonly kind: 'made'; readonly picture: Picture }

/** Photos that telephones take have 2 to 12 MB. */
export const PICTURE_FILE_MAX_BYTES = 16 * 1_024 * 1_024
/** Looked at before anything is decoded: a file of 3 MB may claim a billion of them. */
export const PICTURE_MAX_PIXELS = 52_000_000

/** Both together are 33 KB in a page, where three bytes become four characters. */
export const PICTURE_MAX_BYTES: Readonly<Record<PictureUse, number>> = { door: 18_000, logo: 6_500 }
