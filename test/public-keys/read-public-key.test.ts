import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fingerprintOf } from '#public-keys/key-verdict.ts'
import { readPublicKey } from '#public-keys/read-public-key.ts'
import {
  base64,
  body,
  certificate,
  certificateDer,
  colons,
  compressed,
  compressedPoint,
  der,
  hex,
  jwk,
  keyOfCurve,
  openssl,
  pem,
  pemOf,
  point,
  ssh,
  sshBlob,
} from './sample-keys.ts'

const READ: readonly (readonly [form: string, given: string | Buffer])[] = [
  ['PEM as OpenSSL writes it', pem],
  ['PEM in a file', Buffer.from(pem)],
  ['PEM with a byte order mark', `\u{feff}${pem}`],
  ['PEM that PowerShell wrote in UTF-16', Buffer.from(`\u{feff}${pem}`, 'utf16le')],
  ['PEM with the ends of lines of Windows', pem.replaceAll('\n', '\r\n')],
  ['PEM with the ends of lines of an old Mac', pem.replaceAll('\n', '\r')],
  ['PEM that is indented', pem.replaceAll(/^/gm, '    ')],
  ['PEM that is indented by tabs, with spaces behind', pem.replaceAll(/^/gm, '\t').replaceAll(/$/gm, '  ')],
  ['PEM without its last line end', pem.trim()],
  ['PEM with \\n as text', pem.replaceAll('\n', '\\n')],
  ['PEM with \\r\\n as text', pem.replaceAll('\n', '\\r\\n')],
  ['PEM as a JSON string', JSON.stringify(pem)],
  ['PEM as a JSON string in a JSON string', JSON.stringify(JSON.stringify(pem))],
  ['PEM in an object of JSON', JSON.stringify({ lock: { publicKeyPem: pem } }, null, 2)],
  ['PEM in an env file', `# the board\nLOCK_KEY="${pem.trim().replaceAll('\n', '\\n')}"\nOTHER=1\n`],
  ['PEM in an env file, in simple quotes', `LOCK_KEY='${pem.trim().replaceAll('\n', '\\n')}'`],
  ['PEM in one line with spaces', pem.trim().replaceAll('\n', ' ')],
  ['PEM in one line with nothing between', pem.replaceAll('\n', '')],
  ['PEM with empty lines', pem.replaceAll('\n', '\n\n')],
  ['PEM that is wrapped otherwise', `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----`],
  ['PEM in prose', `Hello,\n\nhere is the key of the board:\n\n${pem}\nBest, Ada -- 12:30`],
  ['PEM in a quoted mail', pem.replaceAll(/^/gm, '> ')],
  ['PEM in YAML', `key: |\n${pem.replaceAll(/^/gm, '  ')}`],
  [
    'PEM in a source of C',
    pem
      .trim()
      .split('\n')
      .map((line) => `  "${line}\\n"`)
      .join('\n'),
  ],
  [
    'PEM in a source of JavaScript',
    pem
      .trim()
      .split('\n')
      .map((line) => `  '${line}\\n'`)
      .join(' +\n'),
  ],
  ['PEM in Markdown', `\`\`\`\n${pem}\`\`\`\n`],
  ['PEM with a compressed point', compressed],
  ['PEM with the curve spelled out', openssl(pem, 'ec', '-pubin', '-pubout', '-param_enc', 'explicit').toString()],
  ['PEM behind EC PARAMETERS', openssl('', 'ecparam', '-name', 'prime256v1').toString() + pem],
  ['PEM that calls itself EC PUBLIC KEY', pem.replaceAll('PUBLIC', 'EC PUBLIC')],
  [
    'EC PUBLIC KEY around the bare point',
    `-----BEGIN EC PUBLIC KEY-----\n${point.toString('base64')}\n-----END EC PUBLIC KEY-----`,
  ],
  ['the same PEM twice', pem + pem],
  ['a certificate', certificate.toString()],
  ['a certificate with its text', openssl(certificate, 'x509', '-text')],
  ['a certificate and its key', certificate.toString() + pem],
  ['a certificate in DER', certificateDer],
  ['what openssl pkey -text prints', openssl(pem, 'pkey', '-pubin', '-text').toString()],
  ['what openssl ec -text prints without PEM', openssl(pem, 'ec', '-pubin', '-text', '-noout').toString()],
  ['DER', der],
  ['DER with a compressed point', openssl(pem, 'ec', '-pubin', '-conv_form', 'compressed', '-outform', 'DER')],
  ['DER in base64', base64],
  ['DER in base64 with lines', body.join('\r\n')],
  ['DER in base64url without padding', der.toString('base64url')],
  ['DER in base64 in an env file', `LOCK_KEY=${base64}\n`],
  ['DER in quotes', `"${base64}"`],
  ['DER in hex', der.toString('hex')],
  ['a JWK', JSON.stringify(jwk)],
  [
    'a JWK with what else there is',
    JSON.stringify({ ...jwk, kid: '5', use: 'sig', alg: 'ES256', key_ops: ['verify'] }, null, 2),
  ],
  ['a JWK in base64 with padding', JSON.stringify({ ...jwk, x: `${jwk.x}=`, y: `${jwk.y}=` })],
  ['a JWK in words', `The key of the board is ${JSON.stringify(jwk)}, Ada`],
  ['a set with one JWK', JSON.stringify({ keys: [jwk] })],
  ['what GET /locks/5/public-key answers', JSON.stringify({ lockId: 5, publicKeyPem: pem, jwk })],
  ['the point in hex', hex],
  ['the point in capitals', hex.toUpperCase()],
  ['the point with 0x', `0x${hex}`],
  ['the point with spaces', hex.match(/../g)?.join(' ') ?? ''],
  ['the point with colons', colons],
  ['the point with colons, in lines that are indented', colons.replaceAll(/(.{45})/g, '$1\n    ')],
  [
    'the point as bytes of C',
    `const uint8_t key[] = { ${hex
      .match(/../g)
      ?.map((one) => `0x${one}`)
      .join(', ')} };`,
  ],
  ['the point in words', `Public key (uncompressed): ${hex}\n`],
  ['the point in bytes', point],
  ['the point in base64', point.toString('base64')],
  ['the point without its 04', hex.slice(2)],
  ['the compressed point in hex', compressedPoint.toString('hex')],
  ['the compressed point with colons', compressedPoint.toString('hex').match(/../g)?.join(':') ?? ''],
  ['the compressed point in bytes', compressedPoint],
  ['a line of OpenSSH', ssh],
  ['a line of authorized_keys with options', `restrict,command="true" ${ssh}\n`],
  [
    'SSH2 PUBLIC KEY',
    `---- BEGIN SSH2 PUBLIC KEY ----\nComment: "board, 5"\n${sshBlob
      .toString('base64')
      .match(/.{1,70}/g)
      ?.join('\n')}\n---- END SSH2 PUBLIC KEY ----\n`,
  ],
]

describe('one canonical PEM is read of', () => {
  test.each(READ)('%s', (_, given) => {
    expect(readPublicKey(given)).toEqual({ publicKeyPem: pem })
  })
})

test('a JWK whose coordinate begins with a zero that was left out is the same key', () => {
  for (;;) {
    const key = keyOfCurve('P-256')
    const { x = '', ...rest } = key.export({ format: 'jwk' })
    const bytes = Buffer.from(x, 'base64url')
    if (bytes[0] !== 0) continue
    const short = JSON.stringify({ ...rest, x: bytes.subarray(1).toString('base64url') })
    expect(readPublicKey(short)).toEqual({ publicKeyPem: pemOf(key) })
    return
  }
})

test('a JWK whose key id is called like one of its members is read', () => {
  for (const kid of ['x', 'kty', '"x":'])
    expect(readPublicKey(JSON.stringify({ ...jwk, kid }))).toEqual({ publicKeyPem: pem })
})

test('the fingerprint is what OpenSSL and sha256sum tell', () => {
  const digest = openssl(openssl(pem, 'pkey', '-pubin', '-outform', 'DER'), 'dgst', '-sha256', '-r').toString()
  expect(fingerprintOf(pem)).toBe(digest.split(' ')[0])
  expect(createPublicKey(pem).asymmetricKeyType).toBe('ec')
})
