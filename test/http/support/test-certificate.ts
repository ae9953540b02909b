import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A certificate that nobody trusts, and its key, in PEM. */
export function testCertificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-tls-'))
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const files = { key: path.join(folder, 'key.pem'), cert: path.join(folder, 'cert.pem') }
  const args = [...made, '-subj', '/CN=localhost', '-keyout', files.key, '-out', files.cert]
  execFileSync('openssl', args, { stdio: 'ignore' })
  const pair = { key: readFileSync(files.key), cert: readFileSync(files.cert) }
  rmSync(folder, { recursive: true })
  return pair
}
