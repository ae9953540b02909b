import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readPublicKey } from '#public-keys/read-public-key.ts'
import { base64, der, hex, jwk, PRIVATE, pair, pem, pemOf, secretDer, sized, ssh } from './sample-keys.ts'

const another = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const anotherDer = another.publicKey.export({ type: 'spki', format: 'der' })
const anotherPoint = anotherDer.subarray(-65)
const anotherJwk = JSON.stringify(another.publicKey.export({ format: 'jwk' }))
const anotherSsh = `ecdsa-sha2-nistp256 ${Buffer.concat([sized('ecdsa-sha2-nistp256'), sized('nistp256'), sized(anotherPoint)]).toString('base64')}`
const FORMS: readonly (readonly [form: string, ofThis: string, ofAnother: string])[] = [
  ['PEM', pem, pemOf(another.publicKey)],
  ['a JWK', JSON.stringify(jwk), anotherJwk],
  ['a line of OpenSSH', ssh, anotherSsh],
  ['DER in base64', base64, anotherDer.toString('base64')],
  ['DER in hex', der.toString('hex'), anotherDer.toString('hex')],
  ['a point in hex', hex, anotherPoint.toString('hex')],
]
const inTurn = FORMS.flatMap(([form, one]) => FORMS.map(([other, , two]) => [form, other, one, two] as const))

describe('of two keys in one text none is taken for the one that is meant', () => {
  test.each(inTurn)('%s and %s', (_form, _other, one, two) => {
    expect(readPublicKey(`the old one: ${one}\nthe board: ${two}\n`)).toHaveProperty('wrong')
  })

  test.each([
    ['one DER behind the other', Buffer.concat([der, anotherDer])],
    ['the same in base64', Buffer.concat([der, anotherDer]).toString('base64')],
    ['the same in hex', Buffer.concat([der, anotherDer]).toString('hex')],
    ['DER with something behind it', Buffer.concat([der, Buffer.from('what is this')])],
    ['two JWKs in an object', JSON.stringify({ jwk, former: JSON.parse(anotherJwk) })],
  ])('%s', (_, given) => {
    expect(readPublicKey(given)).toHaveProperty('wrong')
  })

  test('but the same key in several forms is one, and a line’s end behind DER is none', () => {
    expect(readPublicKey(FORMS.map(([, one]) => one).join('\n\n--\n\n'))).toEqual({ publicKeyPem: pem })
    expect(readPublicKey(Buffer.concat([der, Buffer.from('\r\n')]))).toEqual({ publicKeyPem: pem })
  })
})

describe('a private key is told of, whatever public key stands before it', () => {
  const secretJwk = JSON.stringify(pair.privateKey.export({ format: 'jwk' }))
  const secrets = [secretDer.toString('base64'), secretDer.toString('hex'), secretJwk, JSON.stringify({ a: secretJwk })]
  test.each(FORMS)('%s', (_, one) => {
    for (const secret of secrets) {
      expect(readPublicKey(`public: ${one}\n# private: ${secret}\n`)).toEqual({
        wrong: expect.stringMatching(PRIVATE),
      })
    }
  })
})
