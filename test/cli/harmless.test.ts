import { styleText } from 'node:util'
import { expect, test } from 'vitest'
import { harmless } from '#cli/harmless.ts'

test('what a terminal would obey is shown as a sign, and our own colours, lines and letters stay', () => {
  const ours = `${styleText('red', 'offline', { validateStream: false })}\tStraße 档案室\nnext`
  expect(harmless(ours)).toBe(ours)
  const typed = ['\u001b]0;title\u0007', '\u001b[2J', '\u009b2J', 'a\rb', '\u0008', '\u202egnp', '\u001bc']
  for (const text of typed) expect(harmless(text)).not.toMatch(/(?![\n\t])\p{Cc}|[\u202a-\u202e]/u)
  expect(harmless('a\rb')).toBe('a\ufffdb')
})
