import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { Program } from './program.ts'
import { until } from './until.ts'

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

/** The lines of mosquitto.conf that the head of an exported ACL file advises, in its order, for these files and one port of loopback. */
export function advisedConfig(aclText: string, files: { port: number; passwords: string; acl: string }): string {
  const filled = new Map([
    ['password_file', files.passwords],
    ['acl_file', files.acl],
    ['listener', `${files.port} 127.0.0.1`],
  ])
  const advised = (aclText.match(/^# {3}\S.+$/gm) ?? []).map((line) => line.slice(4))
  return advised
    .map((line) => {
      const [name = ''] = line.split(' ')
      const value = filled.get(name)
      return value === undefined ? line : `${name} ${value}`
    })
    .join('\n')
}

/** A real Mosquitto on loopback with exported password and ACL files, set as the head of the ACL file advises. */
export async function startMosquitto(
  program: string,
  folder: string,
  files: { port: number; passwords: string; acl: string },
): Promise<Program> {
  const { port, passwords, acl } = files
  const config = path.join(folder, 'mosquitto.conf')
  writeFileSync(config, advisedConfig(readFileSync(acl, 'utf8'), files))
  // As root Mosquitto becomes another user before it reads its files.
  chmodSync(folder, 0o755)
  for (const file of [passwords, acl, config]) chmodSync(file, 0o644)
  const broker = Program.start(program, ['-c', config])
  await until('Mosquitto listens', async () => {
    if (!broker.running) throw new Error(`Mosquitto ended: ${broker.stderr}`)
    return await answers(port)
  })
  return broker
}
