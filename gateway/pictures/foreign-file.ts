import { PICTURE_FILE_MAX_BYTES } from '#domain/pictures/picture.ts'

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)))

/** Why these bytes are no picture that we take, told by how they begin: a file's name says nothing. Null when they may be. */
export function whyForeign(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'is empty'
  if (bytes.length > PICTURE_FILE_MAX_BYTES) return `has more than ${PICTURE_FILE_MAX_BYTES / 1_048_576} MB`
  const start = ascii(bytes, 0, 1_024)
  if (start.startsWith('\x89PNG\r\n\x1a\n') || start.startsWith('\xff\xd8\xff')) return null
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return null
  const markup = start.replace(/^(?:\xef\xbb\xbf)?\s+|^\xef\xbb\xbf/, '')
  if (markup.startsWith('<') && /<svg[\s/>]/i.test(markup)) return 'is SVG, which may hold script: export it as PNG'
  if (markup.startsWith('<')) return 'is HTML or XML, and no picture'
  if (start.startsWith('GIF8')) return 'is GIF: save it as PNG or JPEG'
  if (start.slice(4, 8) === 'ftyp') return 'is HEIC or AVIF: save it as JPEG, which phones do when they share a photo'
  return 'is no PNG, JPEG or WebP'
}
