import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readPublicKey } from '#public-keys/read-public-key.ts'
import {
  body,
  der,
  hex,
  jwk,
  keyOfCurve,
  openssl,
  PRIVATE,
  pair,
  pem,
  pemOf,
  point,
  request,
  secretDer,
  secretPem,
  sized,
} from './sample-keys.ts'

const ed25519 = generateKeyPairSync('ed25519').publicKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const offCurve = Buffer.concat([point.subarray(0, 64), Buffer.of((point[64] ?? 0) ^ 1)])
const sshOf = (kind: string) => `${kind} ${Buffer.concat([sized(kind), sized('x'.repeat(32))]).toString('base64')} a@b`

const REFUSED: readonly (readonly [what: string, given: string | Buffer, says: RegExp])[] = [
  ['a private key in PEM', secretPem, PRIVATE],
  ['a private key in PEM with \\n as text', secretPem.replaceAll('\n', '\\n'), PRIVATE],
  ['a private key of SEC 1', openssl(secretPem, 'ec').toString(), PRIVATE],
  ['an encrypted private key', openssl(secretPem, 'pkcs8', '-topk8', '-passout', 'pass:x').toString(), PRIVATE],
  ['a private key that stands beside its public key', pem + secretPem, PRIVATE],
  ['a private key in DER', secretDer, PRIVATE],
  ['a private key in DER of SEC 1', openssl(secretPem, 'ec', '-outform', 'DER'), PRIVATE],
  ['a private key in base64', secretDer.toString('base64'), PRIVATE],
  ['a private key in hex', secretDer.toString('hex'), PRIVATE],
  ['a private JWK', JSON.stringify(pair.privateKey.export({ format: 'jwk' })), PRIVATE],
  ['a private JWK in a set', JSON.stringify({ keys: [pair.privateKey.export({ format: 'jwk' })] }), PRIVATE],
  ['a secret JWK', JSON.stringify({ kty: 'oct', k: 'AAAA' }), PRIVATE],
  ['a private RSA key', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), PRIVATE],
  [
    'a private key of OpenSSH',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----',
    PRIVATE,
  ],
  ['a file of PuTTY', 'PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\nEncryption: none\n', PRIVATE],
  ['what openssl ec -text prints of a pair', openssl(secretPem, 'ec', '-text', '-noout').toString(), PRIVATE],
  ['the 32 bytes of a private key', '11'.repeat(32), /^these 32 bytes are half a point, or a private key/],
  ['an RSA key', pemOf(rsa.publicKey), /^this is an RSA key: a lock signs with ES256/],
  ['an RSA key of PKCS #1', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(), /^this is an RSA key/],
  ['an RSA key in JWK', JSON.stringify(rsa.publicKey.export({ format: 'jwk' })), /^this is an RSA key/],
  ['an Ed25519 key', pemOf(ed25519), /^this is an Ed25519 key: a lock signs with ES256/],
  ['an Ed25519 key in JWK', JSON.stringify(ed25519.export({ format: 'jwk' })), /^this is an Ed25519 key/],
  ['an X25519 key', pemOf(generateKeyPairSync('x25519').publicKey), /^this is an X25519 key/],
  ['a key of P-384', pemOf(keyOfCurve('P-384')), /^this is a key of the curve P-384, not of P-256/],
  ['a key of P-521', pemOf(keyOfCurve('P-521')), /^this is a key of the curve P-521/],
  ['a key of secp256k1', pemOf(keyOfCurve('secp256k1')), /^this is a key of the curve secp256k1/],
  ['a key of brainpool', pemOf(keyOfCurve('brainpoolP256r1')), /^this is a key of the curve brainpool/],
  [
    'a JWK of P-384',
    JSON.stringify(keyOfCurve('P-384').export({ format: 'jwk' })),
    /^this is a key of the curve P-384/,
  ],
  [
    'a point of P-384',
    keyOfCurve('P-384').export({ type: 'spki', format: 'der' }).subarray(23).toString('hex'),
    /^this is a key of the curve P-384/,
  ],
  [
    'a point of secp256k1',
    keyOfCurve('secp256k1').export({ type: 'spki', format: 'der' }).subarray(23).toString('hex'),
    /^this is a key of the curve secp256k1/,
  ],
  ['a point that is not on the curve', offCurve.toString('hex'), /^this is a point that is not on the curve P-256/],
  [
    'DER of such a point',
    Buffer.concat([der.subarray(0, 26), offCurve]),
    /^this is a point that is not on the curve P-256/,
  ],
  [
    'PEM of such a point',
    Buffer.concat([der.subarray(0, 26), offCurve])
      .toString('base64')
      .replace(/^/, '-----BEGIN PUBLIC KEY-----\n')
      .concat('\n-----END PUBLIC KEY-----'),
    /^this is a point that is not on/,
  ],
  [
    'a JWK of such a point',
    JSON.stringify({ ...jwk, y: offCurve.subarray(33).toString('base64url') }),
    /^this is a point that is not on/,
  ],
  ['a JWK without y', JSON.stringify({ ...jwk, y: undefined }), /has not both coordinates/],
  ['a JWK with too long a coordinate', JSON.stringify({ ...jwk, y: `${jwk.y}AAAA` }), /not 32 bytes each/],
  ['a point with a digit lost', hex.slice(0, -2), /^these 64 bytes|^this is a point that is not on/],
  ['two sets of keys', JSON.stringify({ keys: [jwk, jwk] }), /^there are 2 keys in this set/],
  ['two different keys', pem + pemOf(keyOfCurve('P-256')), /^there are 2 public keys in it/],
  ['ssh-rsa', sshOf('ssh-rsa'), /^this is an RSA key of OpenSSH \(ssh-rsa\)/],
  ['ssh-ed25519', sshOf('ssh-ed25519'), /^this is an Ed25519 key of OpenSSH/],
  ['ecdsa-sha2-nistp384', sshOf('ecdsa-sha2-nistp384'), /^this is a key of the curve P-384/],
  [
    'a key of a security token',
    sshOf('sk-ecdsa-sha2-nistp256@openssh.com'),
    /^this is a key of OpenSSH of the kind sk-ecdsa/,
  ],
  ['a request for a certificate', request, /^this is a request for a certificate: .*openssl req/],
  [
    'a certificate of RSA',
    openssl('', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null', '-subj', '/CN=x').toString(),
    /^this is an RSA key/,
  ],
  [
    'a key of PGP',
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n-----END PGP PUBLIC KEY BLOCK-----',
    /^this is a key of PGP/,
  ],
  ['PEM that is cut off', pem.slice(0, 120), /^this PEM is cut off/],
  ['PEM with a letter of another alphabet', pem.replace('MFkw', 'MFкw'), /^this PEM is damaged/],
  ['PEM with half its body', pem.replace(`${body[1]}\n`, ''), /^this PEM is damaged/],
  [
    'PEM of something else',
    '-----BEGIN DH PARAMETERS-----\nMAAA\n-----END DH PARAMETERS-----',
    /^this is PEM of another kind \(DH PARAMETERS\)/,
  ],
  ['an empty file', Buffer.alloc(0), /^there is nothing in it/],
  ['white space', ' \n\t\n', /^there is nothing in it/],
  ['words', 'no key', /^not a P-256 public key in any form/],
  [
    'a JWK with a member twice',
    JSON.stringify(jwk).replace('{', `{"x":"${jwk.y}",`),
    /^a member of this JWK stands twice/,
  ],
  [
    'a JWK with what is no base64',
    JSON.stringify({ ...jwk, x: `${jwk.x?.slice(1)}!` }),
    /^the coordinates of this JWK, x and y, are not 32 bytes/,
  ],
  ['a number', '5', /^not a P-256 public key in any form/],
  ['JSON of something else', '{"kty":5}', /^not a P-256 public key in any form/],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /^not a P-256 public key in any form/],
]

describe('what it is instead is told of', () => {
  test.each(REFUSED)('%s', (_, given, says) => {
    const read = readPublicKey(given)
    expect('wrong' in read ? read.wrong : read).toMatch(says)
  })

  test('every refused text, whatever it holds, without a digit of a private key', () => {
    const digits = [jwk.x, jwk.y, pair.privateKey.export({ format: 'jwk' }).d].map(String)
    for (const [, given] of REFUSED)
      for (const one of digits) expect(JSON.stringify(readPublicKey(given))).not.toContain(one)
  })
})
