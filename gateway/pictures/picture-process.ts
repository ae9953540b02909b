import { buffer } from 'node:stream/consumers'
import type { PictureUse } from '#domain/pictures/picture.ts'
import type { FromPictureProcess } from './picture-answer.ts'
import { reencode } from './reencode.ts'

// One picture: its bytes come on standard input, what became of them goes to standard output.
const use: PictureUse = process.argv[2] === 'logo' ? 'logo' : 'door'
const made = await reencode(await buffer(process.stdin), use)
const answer: FromPictureProcess =
  typeof made === 'string'
    ? { refused: made }
    : { webp: Buffer.from(made.webp).toString('base64'), widthPx: made.widthPx, heightPx: made.heightPx }
process.stdout.write(JSON.stringify(answer))
