import { connectPacket, framed } from '#test/broker/raw-mqtt.ts'

/** One packet as a client would send it, alone or behind a good CONNECT. */
export interface Specimen {
  readonly name: string
  readonly bytes: Buffer
  /** It is the first packet of its connection. */
  readonly isFirst: boolean
}

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])
const text = (value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([u16(bytes.length), bytes])
}
const bytes = (...values: number[]): Buffer => Buffer.from(values)

/** Text that no MQTT string may be, each with the reason. */
const BAD_TEXT: readonly (readonly [string, Buffer])[] = [
  ['NUL', bytes(0x61, 0x00, 0x62)],
  ['a high surrogate', bytes(0x61, 0xed, 0xa0, 0x80)],
  ['a low surrogate', bytes(0xed, 0xbf, 0xbf)],
  ['an overlong slash', bytes(0xc0, 0xaf)],
  ['a lone continuation byte', bytes(0x80)],
  ['a cut character', bytes(0x61, 0xc3)],
  ['a byte that UTF-8 never has', bytes(0xff)],
  ['a point above U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80)],
  ['a bell', bytes(0x07)],
  ['a newline', Buffer.from('a\nb')],
  ['an escape', bytes(0x1b)],
  ['DEL', bytes(0x7f)],
  ['a C1 control', bytes(0xc2, 0x9f)],
  ['the non-character U+FFFE', bytes(0xef, 0xbf, 0xbe)],
  ['the non-character U+FDD0', bytes(0xef, 0xb7, 0x90)],
]

const BAD_FILTERS = ['', 'ab/+e', '+e', 'e+', 'a#', '#a', 'a/#/b', '#/', 'a/b#', '++', '+/#+', 'a/+b/c']
const BAD_TOPICS = ['', '+', '#', 'a/+', 'a/#', 'a+b', 'a/b#c']
const GOOD_FILTERS = [
  '#',
  '+',
  'a',
  '/',
  'a/',
  '/a',
  'a/+',
  '+/a',
  '+/+',
  'a/#',
  '+/#',
  'a/+/b',
  'ä/ö',
  ' ',
  '$SYS/#',
  'a//b',
]
const GOOD_TOPICS = ['a', '/', 'a/b', '/a', 'a/', ' ', 'ä', '日本', '🔑', '$SYS/x', 'a//b', 'x'.repeat(900)]

const connect = (body: Buffer, first = 0x10): Buffer => framed(first, body)
const CONNECT_HEAD = (flags: number, level = 4, name = 'MQTT'): Buffer =>
  Buffer.concat([text(name), bytes(level, flags), u16(30)])
const NAMES = Buffer.concat([text('lock-1'), text('pw')])
const GOOD_CONNECT = Buffer.concat([CONNECT_HEAD(0xc2), text('lock-1'), NAMES])

const publish = (flags: number, topic: Buffer | string, id: number | null, payload = 'x'): Buffer =>
  framed(0x30 | flags, Buffer.concat([text(topic), id === null ? bytes() : u16(id), Buffer.from(payload)]))
const subscribe = (id: number, ...filters: readonly (readonly [Buffer | string, number])[]): Buffer =>
  framed(0x82, Buffer.concat([u16(id), ...filters.flatMap(([filter, qos]) => [text(filter), bytes(qos)])]))
const unsubscribe = (id: number, ...filters: readonly (Buffer | string)[]): Buffer =>
  framed(0xa2, Buffer.concat([u16(id), ...filters.map(text)]))

const first = (name: string, packet: Buffer): Specimen => ({ name, bytes: packet, isFirst: true })
const later = (name: string, packet: Buffer): Specimen => ({ name, bytes: packet, isFirst: false })

/** Every one of them breaks a rule of MQTT 3.1.1, or uses what it lets a server refuse. */
export const MALFORMED: readonly Specimen[] = [
  // CONNECT
  ...[1, 2, 4, 8, 15].map((flags) => first(`CONNECT with flags ${flags}`, connect(GOOD_CONNECT, 0x10 | flags))),
  ...['', 'MQT', 'MQTTX', 'mqtt', 'MQIsdq', 'HTTP'].map((name) =>
    first(
      `CONNECT of protocol ${JSON.stringify(name)}`,
      connect(Buffer.concat([CONNECT_HEAD(0xc2, 4, name), text('a'), NAMES])),
    ),
  ),
  first('MQIsdp at level 4', connect(Buffer.concat([CONNECT_HEAD(0xc2, 4, 'MQIsdp'), text('lock-1'), NAMES]))),
  first('the reserved flag', connect(Buffer.concat([CONNECT_HEAD(0xc3), text('lock-1'), NAMES]))),
  first('a password without a user name', connect(Buffer.concat([CONNECT_HEAD(0x42), text('lock-1'), text('pw')]))),
  first('will QoS without a will', connect(Buffer.concat([CONNECT_HEAD(0xca), text('lock-1'), NAMES]))),
  first('will retain without a will', connect(Buffer.concat([CONNECT_HEAD(0xe2), text('lock-1'), NAMES]))),
  first('a will of QoS 3', connect(Buffer.concat([CONNECT_HEAD(0xde), text('lock-1'), text('t'), text('p'), NAMES]))),
  first('no client id and no clean session', connect(Buffer.concat([CONNECT_HEAD(0xc0), text(''), NAMES]))),
  ...[1, 2, 17].map((count) =>
    first(`${count} bytes behind CONNECT`, connect(Buffer.concat([GOOD_CONNECT, Buffer.alloc(count)]))),
  ),
  // Not at 0, where it is a packet of another kind of mistake.
  ...Array.from({ length: GOOD_CONNECT.length - 1 }, (_, at) =>
    first(`CONNECT cut after ${at + 1} bytes`, connect(GOOD_CONNECT.subarray(0, at + 1))),
  ),
  first('an empty CONNECT', connect(bytes())),
  ...BAD_TEXT.map(([what, bad]) =>
    first(`a client id with ${what}`, connect(Buffer.concat([CONNECT_HEAD(0xc2), text(bad), NAMES]))),
  ),
  ...BAD_TEXT.map(([what, bad]) =>
    first(`a user name with ${what}`, connect(Buffer.concat([CONNECT_HEAD(0xc2), text('a'), text(bad), text('pw')]))),
  ),
  ...BAD_TEXT.map(([what, bad]) =>
    first(
      `a will topic with ${what}`,
      connect(Buffer.concat([CONNECT_HEAD(0xc6), text('a'), text(bad), text('p'), NAMES])),
    ),
  ),
  ...BAD_TOPICS.map((topic) =>
    first(
      `a will topic ${JSON.stringify(topic)}`,
      connect(Buffer.concat([CONNECT_HEAD(0xc6), text('a'), text(topic), text('p'), NAMES])),
    ),
  ),
  later('a second CONNECT', connectPacket()),
  // PUBLISH
  later('PUBLISH of QoS 3', publish(0x06, 'a', 1)),
  later('PUBLISH of QoS 0 as a duplicate', publish(0x08, 'a', null)),
  later('PUBLISH of QoS 1 with packet id 0', publish(0x02, 'a', 0)),
  later('PUBLISH of QoS 2 with packet id 0', publish(0x04, 'a', 0)),
  later('PUBLISH of QoS 1 without a packet id', framed(0x32, text('a'))),
  later('PUBLISH of QoS 1 with half a packet id', framed(0x32, Buffer.concat([text('a'), bytes(1)]))),
  later('an empty PUBLISH', framed(0x30, bytes())),
  later('PUBLISH with half a length', framed(0x30, bytes(0))),
  later('PUBLISH whose topic is longer than it', framed(0x30, bytes(0, 9, 0x61))),
  ...BAD_TOPICS.map((topic) => later(`PUBLISH to ${JSON.stringify(topic)}`, publish(0x02, topic, 1))),
  ...BAD_TEXT.map(([what, bad]) => later(`PUBLISH to a topic with ${what}`, publish(0x02, bad, 1))),
  // PUBACK, PUBREC, PUBREL, PUBCOMP
  ...[
    ['PUBACK', 0x40],
    ['PUBREC', 0x50],
    ['PUBREL', 0x62],
    ['PUBCOMP', 0x70],
  ].flatMap(([name, type]) => [
    later(`${name} with packet id 0`, framed(Number(type), u16(0))),
    later(`${name} without a packet id`, framed(Number(type), bytes())),
    later(`${name} with half a packet id`, framed(Number(type), bytes(7))),
    later(`${name} with a byte too many`, framed(Number(type), bytes(0, 7, 0))),
    ...[1, 4, 8].map((flags) =>
      later(`${name} with its flags changed by ${flags}`, framed(Number(type) ^ flags, u16(7))),
    ),
  ]),
  later('PUBREL without its flag', framed(0x60, u16(7))),
  // SUBSCRIBE, UNSUBSCRIBE
  later('SUBSCRIBE without a filter', subscribe(1)),
  later('UNSUBSCRIBE without a filter', unsubscribe(1)),
  later('SUBSCRIBE with packet id 0', subscribe(0, ['a', 1])),
  later('UNSUBSCRIBE with packet id 0', unsubscribe(0, 'a')),
  later('an empty SUBSCRIBE', framed(0x82, bytes())),
  later('an empty UNSUBSCRIBE', framed(0xa2, bytes())),
  later('SUBSCRIBE without a QoS', framed(0x82, Buffer.concat([u16(1), text('a')]))),
  later('SUBSCRIBE whose filter is longer than it', framed(0x82, bytes(0, 1, 0, 9, 0x61, 1))),
  later('UNSUBSCRIBE whose filter is longer than it', framed(0xa2, bytes(0, 1, 0, 9, 0x61))),
  later('SUBSCRIBE with half a second filter', framed(0x82, Buffer.concat([u16(1), text('a'), bytes(1, 0)]))),
  later('UNSUBSCRIBE with half a second filter', framed(0xa2, Buffer.concat([u16(1), text('a'), bytes(0)]))),
  ...[3, 4, 0x81, 0xff].map((qos) => later(`SUBSCRIBE with QoS ${qos}`, subscribe(1, ['a', qos]))),
  ...[0, 1, 4, 8].flatMap((flags) => [
    later(`SUBSCRIBE with flags ${flags}`, framed(0x80 | flags, Buffer.concat([u16(1), text('a'), bytes(1)]))),
    later(`UNSUBSCRIBE with flags ${flags}`, framed(0xa0 | flags, Buffer.concat([u16(1), text('a')]))),
  ]),
  ...BAD_FILTERS.flatMap((filter) => [
    later(`SUBSCRIBE to ${JSON.stringify(filter)}`, subscribe(1, [filter, 1])),
    later(`SUBSCRIBE to ${JSON.stringify(filter)} behind a good one`, subscribe(1, ['a', 1], [filter, 1])),
    later(`UNSUBSCRIBE from ${JSON.stringify(filter)}`, unsubscribe(1, filter)),
  ]),
  ...BAD_TEXT.flatMap(([what, bad]) => [
    later(`SUBSCRIBE to a filter with ${what}`, subscribe(1, [bad, 1])),
    later(`UNSUBSCRIBE from a filter with ${what}`, unsubscribe(1, bad)),
  ]),
  // PINGREQ, DISCONNECT, and what no client sends
  ...[1, 2, 8].flatMap((flags) => [
    later(`PINGREQ with flags ${flags}`, bytes(0xc0 | flags, 0)),
    later(`DISCONNECT with flags ${flags}`, bytes(0xe0 | flags, 0)),
  ]),
  later('PINGREQ with a byte', framed(0xc0, bytes(0))),
  later('DISCONNECT with a byte', framed(0xe0, bytes(0))),
  later('CONNACK from a client', framed(0x20, bytes(0, 0))),
  later('SUBACK from a client', framed(0x90, bytes(0, 1, 0))),
  later('UNSUBACK from a client', framed(0xb0, bytes(0, 1))),
  later('PINGRESP from a client', framed(0xd0, bytes())),
  later('a packet of type 0', framed(0x00, bytes())),
  later('AUTH of MQTT 5', framed(0xf0, bytes())),
]

/** CONNECTs of another protocol than 3.1.1: refused with an answer that says so. */
export const OTHER_VERSIONS: readonly Specimen[] = [
  ...[0, 1, 3, 5, 6, 99, 0x83, 0x84, 0x85, 0xff].map((level) =>
    first(`MQTT at level ${level}`, connect(Buffer.concat([CONNECT_HEAD(0xc2, level), text('lock-1'), NAMES]))),
  ),
  first('MQTT 3.1', connect(Buffer.concat([CONNECT_HEAD(0xc2, 3, 'MQIsdp'), text('lock-1'), NAMES]))),
]

/** None of them breaks a rule, whether or not a lock may do what it says. */
export const WELL_FORMED: readonly Specimen[] = [
  first('CONNECT with everything', connect(GOOD_CONNECT)),
  first('CONNECT without a user', connect(Buffer.concat([CONNECT_HEAD(0x02), text('a')]))),
  first('CONNECT with a user and no password', connect(Buffer.concat([CONNECT_HEAD(0x82), text('a'), text('u')]))),
  first(
    'CONNECT with an empty client id and a clean session',
    connect(Buffer.concat([CONNECT_HEAD(0xc2), text(''), NAMES])),
  ),
  first('CONNECT without a clean session', connect(Buffer.concat([CONNECT_HEAD(0xc0), text('a'), NAMES]))),
  first('CONNECT with an empty password', connect(Buffer.concat([CONNECT_HEAD(0xc2), text('a'), text('u'), text('')]))),
  first(
    'a binary password',
    connect(Buffer.concat([CONNECT_HEAD(0xc2), text('a'), text('u'), text(bytes(0, 0xff, 7))])),
  ),
  ...[0, 1, 2].flatMap((qos) =>
    [0, 0x20].map((retain) =>
      first(
        `a will of QoS ${qos}${retain === 0 ? '' : ', retained'}`,
        connect(
          Buffer.concat([CONNECT_HEAD(0xc6 | (qos << 3) | retain), text('a'), text('t/x'), text(bytes(0, 1)), NAMES]),
        ),
      ),
    ),
  ),
  first('an empty will', connect(Buffer.concat([CONNECT_HEAD(0xc6), text('a'), text('t'), text(''), NAMES]))),
  ...GOOD_TOPICS.flatMap((topic) => [
    later(`PUBLISH of QoS 0 to ${topic.slice(0, 20)}`, publish(0x00, topic, null)),
    later(`PUBLISH of QoS 1 to ${topic.slice(0, 20)}`, publish(0x02, topic, 1)),
  ]),
  later('PUBLISH of QoS 2', publish(0x04, 'a', 65_535)),
  later('PUBLISH of three kilobytes', publish(0x02, 'a', 1, 'x'.repeat(3_000))),
  later('PUBLISH of QoS 1 again', publish(0x0a, 'a', 1)),
  later('PUBLISH of QoS 2 again', publish(0x0c, 'a', 1)),
  later('PUBLISH retained', publish(0x03, 'a', 1)),
  later('PUBLISH of nothing', publish(0x02, 'a', 1, '')),
  later('PUBLISH of QoS 0 of nothing', publish(0x00, 'a', null, '')),
  ...[1, 255, 256, 65_535].flatMap((id) => [
    later(`PUBACK ${id}`, framed(0x40, u16(id))),
    later(`PUBREC ${id}`, framed(0x50, u16(id))),
    later(`PUBREL ${id}`, framed(0x62, u16(id))),
    later(`PUBCOMP ${id}`, framed(0x70, u16(id))),
  ]),
  ...GOOD_FILTERS.flatMap((filter) => [
    later(`SUBSCRIBE to ${filter}`, subscribe(1, [filter, 1])),
    later(`UNSUBSCRIBE from ${filter}`, unsubscribe(1, filter)),
  ]),
  ...[0, 1, 2].map((qos) => later(`SUBSCRIBE with QoS ${qos}`, subscribe(9, ['a', qos]))),
  later('SUBSCRIBE to three', subscribe(9, ['a', 0], ['b/+', 1], ['#', 2])),
  later('UNSUBSCRIBE from three', unsubscribe(9, 'a', 'b/+', '#')),
  later('PINGREQ', bytes(0xc0, 0)),
  later('DISCONNECT', bytes(0xe0, 0)),
]
