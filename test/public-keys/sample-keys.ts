import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

// One key pair in every form that OpenSSL and others write.
const temporary = mkdtempSync(path.join(tmpdir(), 'latchkey-keys-'))

export const openssl = (input: string | Buffer, ...args: string[]): Buffer =>
  execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'ignore'] })

export const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const pem = pemOf(pair.publicKey)
export const der = Buffer.from(pair.publicKey.export({ type: 'spki', format: 'der' }))
export const secretPem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
export const secretDer = Buffer.from(pair.privateKey.export({ type: 'pkcs8', format: 'der' }))
export const jwk = pair.publicKey.export({ format: 'jwk' })
export const point = der.subarray(26)
export const hex = point.toString('hex')
export const compressed = openssl(pem, 'ec', '-pubin', '-pubout', '-conv_form', 'compressed').toString()
export const compressedPoint = openssl(pem, 'ec', '-pubin', '-conv_form', 'compressed', '-outform', 'DER').subarray(26)
export const colons = hex.match(/../g)?.join(':') ?? ''
export const base64 = der.toString('base64')
export const body = base64.match(/.{1,64}/g) ?? []
const secretFile = path.join(temporary, 'secret.pem')
writeFileSync(secretFile, secretPem)
export const certificate = openssl('', 'req', '-x509', '-key', secretFile, '-subj', '/CN=lock', '-days', '9')
export const certificateDer = openssl(certificate, 'x509', '-outform', 'DER')
export const request = openssl('', 'req', '-new', '-key', secretFile, '-subj', '/CN=lock').toString()
rmSync(temporary, { recursive: true })
export const sshBlob = Buffer.concat(['ecdsa-sha2-nistp256', 'nistp256', point].map(sized))
export const ssh = `ecdsa-sha2-nistp256 ${sshBlob.toString('base64')} board@bench`

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}
export function sized(part: string | Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(part.length)
  return Buffer.concat([length, Buffer.from(part)])
}
export const keyOfCurve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey
export const PRIVATE = /^this is a private key: leave it on the lock/
