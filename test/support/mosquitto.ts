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

/** A real Mosquitto on loopback with exported password and ACL files, set as the head of the ACL file advises. */
export async function startMosquitto(
  program: string,
  folder: string,
  files: { port: number; passwords: string; acl: string },
): Promise<Program> {
  const { port, passwords, acl } = files
  const advised = readFileSync(acl, 'utf8').match(/^# {3}.+$/gm) ?? []
  const settings = [
    `listener ${port} 127.0.0.1`,
    `password_file ${passwords}`,
    `acl_file ${acl}`,
    ...advised.map((line) => line.slice(4)),
  ]
  const config = path.join(folder, 'mosquitto.conf')
  writeFileSync(config, `${settings.join('\n')}\n`)
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
