import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Finding } from '#cli/context.ts'
import type { Config } from '#config/config.ts'
import { readPictureFile } from '#pictures/read-picture-file.ts'
import { StartupError, systemErrorCode } from '#runtime/startup-error.ts'
import { keepOthersOut } from '#site/private-directory.ts'
import { quickCheck } from '#store/file/quick-check.ts'
import { lookAtReceivers } from './look-at-receivers.ts'

/** As the alarms `disk-low` and `disk-full` begin. */
const [LOW_PERCENT, FULL_PERCENT] = [10, 3]

const STORE = 'latchkey.db'
const GATEWAY_KEY = 'gateway-key.pem'

/** What lies on the disk: the data directory and the files that the config names. */
export async function lookAtFiles(config: Config): Promise<readonly Finding[]> {
  return [
    ...ofDataDir(config.dataDir),
    ...tokenKeys(config),
    ...brokerPassword(config),
    ...lookAtReceivers(config),
    ...(await logo(config)),
  ]
}

function ofDataDir(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) {
    const advice = 'Start the gateway, or add a lock: either makes it. Is dataDir in the config right?'
    return [{ id: 'data-dir-missing', severity: 'warning', what: `There is no data directory ${dataDir}.`, advice }]
  }
  const entered = othersMayEnter(dataDir)
  const store = path.join(dataDir, STORE)
  if (!existsSync(store)) return [...entered, ...disk(dataDir)]
  const damage = quickCheck(store)
  return [
    ...entered,
    ...disk(dataDir),
    ...(damage === null
      ? []
      : [
          {
            ...{
              id: 'store-damaged',
              severity: 'critical' as const,
              what: `The store ${store} can’t be trusted: ${damage}.`,
            },
            advice:
              'Stop the gateway, keep a copy of the whole data directory, and put the last good backup in its place.',
          },
        ]),
    ...(existsSync(path.join(dataDir, GATEWAY_KEY))
      ? []
      : [
          {
            ...{ id: 'gateway-key-missing', severity: 'critical' as const },
            what: `${GATEWAY_KEY} is not in ${dataDir}: no lock obeys another one.`,
            advice: 'Put it back from the backup. Without it every lock has to be added and flashed again.',
          },
        ]),
  ]
}

function othersMayEnter(dataDir: string): Finding[] {
  const { mode } = statSync(dataDir)
  if ((mode & 0o077) !== 0) {
    const what = `Other users may enter the data directory ${dataDir}, and whoever opens the socket in it owns the site.`
    return [{ id: 'data-dir-open', severity: 'critical', what, advice: `chmod 700 ${dataDir}` }]
  }
  try {
    keepOthersOut(dataDir)
    return []
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    const advice = 'Run this, and the gateway, as the user that owns the directory.'
    return [{ id: 'data-dir-owner', severity: 'critical', what: error.message, advice }]
  }
}

function disk(dataDir: string): Finding[] {
  const { blocks, bavail } = statfsSync(dataDir)
  const percent = blocks === 0 ? 100 : (100 * bavail) / blocks
  if (percent > LOW_PERCENT) return []
  const severity = percent <= FULL_PERCENT ? 'critical' : 'warning'
  const what = `${percent.toFixed(1)} % of the disk that holds ${dataDir} are free.`
  return [{ id: 'disk-low', severity, what, advice: 'Make room: old logs and backups first, never files of Latchkey.' }]
}

function tokenKeys({ jwt }: Config): Finding[] {
  return (jwt?.issuers ?? []).flatMap(({ issuer, jwksFile }): Finding[] => {
    const wrong = problemOfJwks(jwksFile)
    if (wrong === null) return []
    const what = `The token keys of ${issuer[0] ?? 'an issuer'}, ${jwksFile}, ${wrong}.`
    return [
      {
        id: 'token-keys',
        severity: 'critical',
        what,
        advice: 'Put the issuer’s JWKS there: the gateway does not start without.',
      },
    ]
  })
}

function problemOfJwks(file: string): string | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const keys = typeof parsed === 'object' && parsed !== null && 'keys' in parsed ? parsed.keys : null
    return Array.isArray(keys) && keys.length > 0 ? null : 'hold no key'
  } catch (error) {
    return error instanceof SyntaxError ? 'are no JSON' : `can’t be read (${systemErrorCode(error) ?? 'no access'})`
  }
}

function brokerPassword({ broker }: Config): Finding[] {
  if (broker.mode === 'embedded') return []
  const { passwordFile } = broker
  try {
    if (readFileSync(passwordFile, 'utf8').trim() !== '') return []
  } catch {
    // Told as one that is empty: the gateway has no password either way.
  }
  const what = `The broker’s password file ${passwordFile} is empty or can’t be read.`
  return [
    {
      id: 'broker-password',
      severity: 'critical',
      what,
      advice: 'Put the gateway’s password at the broker into it, readable by this user.',
    },
  ]
}

async function logo({ site }: Config): Promise<Finding[]> {
  if (site.logo === null) return []
  const read = await readPictureFile(site.logo)
  if (!('why' in read)) return []
  const what = `The logo ${site.logo} ${read.why}: pages go without.`
  return [
    {
      id: 'logo',
      severity: 'notice',
      what,
      advice: 'Mend the file that site.logo names, then send the gateway SIGHUP.',
    },
  ]
}
