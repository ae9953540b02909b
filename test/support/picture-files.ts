import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** Noise can't be made small by a coder, as leaves and gravel can't: the hardest picture that a camera takes. */
export const noise = (width: number, height: number) =>
  sharp({
    create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  })

/** What a phone writes beside its picture: where it was taken, and that it was held upright. */
export const phonePhoto = (width: number, height: number): Promise<Buffer> =>
  noise(width, height)
    .withExif({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 7/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()

export const smallPng = (): Promise<Buffer> =>
  sharp({ create: { width: 60, height: 20, channels: 4, background: '#12345680' } })
    .png()
    .toBuffer()

/** Decoded it would be 900 million pixels; as a file it has some 100 KB. */
export function pngBomb(side = 30_000): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))), { level: 1 })
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...[chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))],
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(data.length, 0)
  around.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)])
}

/** The names of a WebP's chunks, read from its bytes. */
export function webpChunks(webp: Uint8Array): string[] {
  const bytes = Buffer.from(webp)
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP')
    throw new Error('no WebP')
  const names: string[] = []
  for (let at = 12; at + 8 <= bytes.length; ) {
    names.push(bytes.toString('latin1', at, at + 4))
    const length = bytes.readUInt32LE(at + 4)
    at += 8 + length + (length % 2)
  }
  return names
}
