import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fingerprintOf } from '#public-keys/key-verdict.ts'
import { readPublicKey } from '#public-keys/read-public-key.ts'

const temporary = mkdtempSync(path.join(tmpdir(), 'latchkey-keys-'))
afterAll(() => rmSync(temporary, { recursive: true }))

const openssl = (input: string | Buffer, ...args: string[]): Buffer =>
  execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'ignore'] })

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = pemOf(pair.publicKey)
const der = Buffer.from(pair.publicKey.export({ type: 'spki', format: 'der' }))
const secretPem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const secretDer = Buffer.from(pair.privateKey.export({ type: 'pkcs8', format: 'der' }))
const jwk = pair.publicKey.export({ format: 'jwk' })
const point = der.subarray(26)
const hex = point.toString('hex')
const compressed = openssl(pem, 'ec', '-pubin', '-pubout', '-conv_form', 'compressed').toString()
const compressedPoint = openssl(pem, 'ec', '-pubin', '-conv_form', 'compressed', '-outform', 'DER').subarray(26)
const colons = hex.match(/../g)?.join(':') ?? ''
const base64 = der.toString('base64')
const body = base64.match(/.{1,64}/g) ?? []
const secretFile = path.join(temporary, 'secret.pem')
writeFileSync(secretFile, secretPem)
const certificate = openssl('', 'req', '-x509', '-key', secretFile, '-subj', '/CN=lock', '-days', '9')
const certificateDer = openssl(certificate, 'x509', '-outform', 'DER')
const request = openssl('', 'req', '-new', '-key', secretFile, '-subj', '/CN=lock').toString()
const sshBlob = Buffer.concat(['ecdsa-sha2-nistp256', 'nistp256', point].map(sized))
const ssh = `ecdsa-sha2-nistp256 ${sshBlob.toString('base64')} board@bench`

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}
function sized(part: string | Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(part.length)
  return Buffer.concat([length, Buffer.from(part)])
}
const keyOfCurve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey

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

const PRIVATE = /^this is a private key: leave it on the lock/
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
    openssl(
      '',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      path.join(temporary, 'rsa.pem'),
      '-subj',
      '/CN=x',
    ).toString(),
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
  ['a number', '5', /^not a P-256 public key in any form/],
  ['JSON of something else', '{"kty":5}', /^not a P-256 public key in any form/],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /^not a P-256 public key in any form/],
]

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

test('the fingerprint is what OpenSSL and sha256sum tell', () => {
  const digest = openssl(openssl(pem, 'pkey', '-pubin', '-outform', 'DER'), 'dgst', '-sha256', '-r').toString()
  expect(fingerprintOf(pem)).toBe(digest.split(' ')[0])
  expect(createPublicKey(pem).asymmetricKeyType).toBe('ec')
})
