import { expect, test } from 'vitest'
import { reencode } from '#pictures/reencode.ts'

const bytesOf = (text: string) => Buffer.from(text, 'latin1')

// Whole files that the library reads when it is let: what refuses them is that their decoders are shut off.
test.each<[string, Buffer]>([
  ['SVG', bytesOf('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>')],
  ['GIF', Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64')],
  [
    'TIFF',
    Buffer.from(
      'SUkqAAgAAAAIAAABAwABAAAAAQAAAAEBAwABAAAAAQAAAAIBAwABAAAACAAAAAMBAwABAAAAAQAAAAYBAwABAAAAAQAAABEBBAABAAAAbgAAABYBAwABAAAAAQAAABcBBAABAAAAAQAAAAAAAAD/',
      'base64',
    ),
  ],
])('no decoder reads %s, whatever the file is called and however it came here', async (_, bytes) => {
  expect(await reencode(bytes, 'door')).toBe('damaged')
})
