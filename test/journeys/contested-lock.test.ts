import { connect } from 'node:net'
import { MqttClient } from 'mqtt'
import { expect, test } from 'vitest'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import { TestSite } from '#test/support/site.ts'
import { readStore } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

test('two devices with one lock’s name and password raise an alarm that counts, and name both their addresses', async () => {
  await using site = await TestSite.start()
  await site.addLock(1)
  const { url, clientId, userName, password } = await readFlashingSheet(site.sheetOf(1), 'sheet')
  const { hostname: host, port } = new URL(url)
  const clients: MqttClient[] = []
  const connectFrom = async (localAddress: string) => {
    const settings = { clientId, username: userName, password, protocolVersion: 4, protocolId: 'MQTT' } as const
    const stream = () => connect({ host, port: Number(port), localAddress })
    const client = new MqttClient(stream, { ...settings, clean: true, keepalive: 30, reconnectPeriod: 0 })
    clients.push(client)
    await new Promise<void>((resolve, reject) => client.on('connect', () => resolve()).on('error', reject))
  }
  const alarms = () => readStore(site).alarms.filter(({ kind }) => kind === 'lock-contested')
  try {
    for (const turn of [0, 1, 2]) await connectFrom(`127.0.0.${2 + (turn % 2)}`)
    expect(alarms()).toEqual([])
    for (const turn of [3, 4, 5]) await connectFrom(`127.0.0.${2 + (turn % 2)}`)
    await until('an alarm', () => alarms().length > 0)
    expect(alarms()).toEqual([{ kind: 'lock-contested', lockId: 1, count: 3 }])
    const lines = site.log.text.split('\n').filter((line) => line.includes('"lock-contested"'))
    expect(lines).toHaveLength(1)
    const line: unknown = JSON.parse(lines[0] ?? '')
    expect(line).toMatchObject({ level: 50, msg: 'alarm raised', alarm: 'lock-contested', lockId: 1, times: 3 })
    expect(line).toHaveProperty('advice', expect.stringContaining('from 127.0.0.2 and 127.0.0.3'))
  } finally {
    for (const client of clients) client.end(true)
  }
})
