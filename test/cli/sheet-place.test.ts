import { expect, test } from 'vitest'
import type { CliContext } from '#cli/context.ts'
import { SheetPlace } from '#cli/sheet-place.ts'

/** A terminal, and a disk that does what a test says. */
function terminal(write: (content: string) => void) {
  const seen: string[] = []
  const context: Pick<CliContext, 'print' | 'createPrivateFile'> = {
    print: (line) => void seen.push(line),
    createPrivateFile: (path) => ({ path, write, remove: () => void seen.push(`${path} removed`) }),
  }
  return { context, seen }
}
const globals = { config: 'config.json', json: false }

test('a sheet whose disk is full is told as such, with how its lock gets another one: its secrets are gone', () => {
  const { context, seen } = terminal(() => {
    throw new Error('/safe/sheet.json could not be written (ENOSPC)')
  })
  const place = SheetPlace.of('/safe/sheet.json', context)
  expect(() => place.put({ password: 'secret' }, { lockId: 5 }, globals)).toThrow(
    /^\/safe\/sheet\.json could not be written \(ENOSPC\): what was changed of lock 5 stands\. .*lock reflash 5 --keep-key/,
  )
  expect(seen.join()).not.toContain('secret')
})

test('where the change is refused nothing was changed, and the empty file goes again', async () => {
  const { context, seen } = terminal(() => expect.unreachable())
  const place = SheetPlace.of('sheet.json', context)
  await expect(place.filledBy(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(seen).toEqual(['sheet.json removed'])
})
