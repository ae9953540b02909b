import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { exportJWK } from 'jose'
import { hashLockPassword, newLockPassword } from '#broker/access/lock-password.ts'
import type { LockProvisioning } from '#domain/locks/manage-locks.ts'
import type { SiteId } from '#protocol/ids.ts'
import { lockTopic, lockUserName } from '#protocol/topics.ts'
import { fingerprintOf } from '#public-keys/key-verdict.ts'
import { readPublicKey } from '#public-keys/read-public-key.ts'
import { type GatewayKey, pemOf } from './gateway-key.ts'
import { isPublishedKey } from './published-keys.ts'

export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

/** What a lock needs to be part of this site. */
export function createProvisioning(
  site: SiteId,
  broker: () => BrokerAddress,
  gatewayKey: GatewayKey,
): LockProvisioning {
  return {
    newPassword: () => {
      const password = newLockPassword()
      return { password, hash: hashLockPassword(password) }
    },
    newKeyPair: async () => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const jwk = await exportJWK(privateKey)
      return {
        publicKeyPem: pemOf(publicKey),
        privateKey: {
          pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
          jwk: { kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '', d: jwk.d ?? '' },
          hex: Buffer.from(jwk.d ?? '', 'base64url').toString('hex'),
        },
      }
    },
    readPublicKey: async (given) => {
      const read = readPublicKey(given)
      if ('wrong' in read) return read
      if (isPublishedKey(createPublicKey(read.publicKeyPem))) {
        return {
          wrong: 'this test key is published with the protocol: make a pair on the lock, nobody else may know it',
        }
      }
      if (read.publicKeyPem === gatewayKey.publicKey.pem) {
        return { wrong: 'this is the gateway’s own key: give the one that was made on the lock' }
      }
      return read
    },
    fingerprintOf,
    flashing: ({ lockId, keyGeneration, publicKeyPem }, secrets) => {
      const topic = (kind: 'command' | 'ack' | 'event' | 'presence') => lockTopic(site, lockId, kind)
      return {
        site,
        lockId,
        keyGeneration,
        ...broker(),
        caPem: null,
        user: lockUserName(lockId),
        password: secrets?.password ?? null,
        clientId: lockUserName(lockId),
        topics: { command: topic('command'), ack: topic('ack'), event: topic('event'), presence: topic('presence') },
        gatewayPublicKey: gatewayKey.publicKey,
        privateKey: secrets?.privateKey ?? null,
        keyFingerprint: publicKeyPem === null ? null : fingerprintOf(publicKeyPem),
        ...(secrets === null && {
          note: `Printed again: nobody knows the password and the private key any more. Where the board has lost its password, make another: latchkey lock reflash ${lockId} --keep-key. Where it has lost its private key: latchkey lock replace ${lockId}`,
        }),
      }
    },
  }
}
