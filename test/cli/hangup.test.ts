import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { installed } from '#test/support/installed.ts'
import { Program } from '#test/support/program.ts'
import { SiteDir } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-hangup-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') }

function makeCertificate(commonName: string): void {
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
  const where = ['-keyout', files.keyFile, '-out', files.certFile]
  execFileSync('openssl', [...made, ...where, '-subj', `/CN=${commonName}`], { stdio: 'ignore' })
}

/** Whose certificate a new connection is shown. */
const shownBy = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const { CN } = socket.getPeerCertificate().subject
      socket.destroy()
      resolve(String(CN))
    })
    socket.on('error', reject)
  })

describe('SIGHUP', () => {
  test('lets a service read its certificates again, and one that cannot be used changes nothing', async () => {
    makeCertificate('first')
    const listeners = [{ host: '127.0.0.1', port: 0, tls: files }]
    await using site = await SiteDir.make({ http: { listeners }, log: { level: 'info' } })
    const { urls, program } = await site.serve()
    const url = urls[0] ?? ''
    expect(await shownBy(url)).toBe('first')

    makeCertificate('second')
    program.kill('SIGHUP')
    await until('the new certificate', async () => (await shownBy(url)) === 'second')

    writeFileSync(files.certFile, 'no certificate')
    program.kill('SIGHUP')
    await until('a word in the log', () => program.stderr.includes('the one before stays in use'))
    expect(await shownBy(url)).toBe('second')
    program.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 0, signal: null })
  })

  test('does not end a service that starts, or one that has no certificate, and the log names it', async () => {
    await using site = await SiteDir.make({ log: { level: 'info' } })
    const program = site.startServe()
    await until('it opens its store', () => existsSync(path.join(site.dataDir, 'latchkey.db')))
    program.kill('SIGHUP')
    await program.line()
    const told = () => program.stderr.split('told to read its certificates again').length - 1
    await until('told at the start', () => told() === 1)
    program.kill('SIGHUP')
    await until('told once more', () => told() === 2)
    expect(program.stderr).toContain('"signal":"SIGHUP"')
    program.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 0, signal: null })
  })

  test('ends a gateway whose terminal has gone in order, and the log names the signal', async (context) => {
    const python = installed('python3', context)
    await using site = await SiteDir.make({ log: { level: 'info' } })
    // A terminal of its own for the gateway's input; its log is read as ever.
    const inTerminal = `
import os, pty, subprocess, sys
ours, theirs = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=theirs)
print(child.pid, flush=True)
sys.exit(child.wait())`
    const command = [process.execPath, 'gateway/latchkey.mjs', 'serve', '--json', '--config', site.configFile]
    await using program = Program.start(python, ['-c', inTerminal, ...command])
    const pid = Number(await program.line())
    await program.line((line) => line.startsWith('{'))
    process.kill(pid, 'SIGHUP')
    const { code, stderr } = await program.ended
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('"signal":"SIGHUP"')
    expect(stderr).toContain('gateway closed')
  })
})
