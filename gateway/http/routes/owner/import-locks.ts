import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import {
  checkDoors,
  type DoorProblem,
  IMPORTED_MAX,
  type ImportedDoor,
  importDoors,
} from '#domain/locks/import-locks.ts'
import { PULSE_DEFAULT_S } from '#domain/locks/lock.ts'
import { authenticateBy, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { lockIdInBody } from '#http/shapes/fields.ts'
import { givenKey } from '#http/shapes/given-key.ts'
import { area, name, organization, owner, pulseS } from '#http/shapes/lock-fields.ts'

/** A thousand doors whose keys are PEM, with room for long names. */
const BODY_MAX_BYTES = 4_194_304

const door = z.strictObject({
  lockId: lockIdInBody.nullable().default(null),
  name,
  area: area.default(null),
  pulseS: pulseS.default(PULSE_DEFAULT_S),
  /** The site's own when it is not named. */
  organization: organization.optional(),
  owner: owner.default(null),
  publicKeyPem: givenKey.nullable().default(null),
})
const secrets = z.object({
  keyMadeBy: z.enum(['lock', 'gateway']),
  mqttPasswordHash: z
    .string()
    .regex(/^\$7\$\d{1,6}\$[\w+/=]{4,90}\$[\w+/=]{86,88}$/, 'must be a hash as Mosquitto writes it'),
})
const listed = z.array(z.record(z.string(), z.unknown())).min(1).max(IMPORTED_MAX)

const NOTHING_ELSE: ImportedDoor = {
  ...{
    lockId: null,
    name: '',
    area: null,
    pulseS: PULSE_DEFAULT_S,
    organization: null,
    owner: null,
    publicKeyPem: null,
  },
}

/** One entry of the list for each thing that is wrong. */
interface Wrong {
  readonly at: number
  readonly field: string
  readonly message: string
  readonly like: number | null
}

/** Many locks at once, for whoever sets up a building: first checked as a whole, then added as a whole. */
export const importLockRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps } = options
  const { manageLocks } = deps
  app.addHook('onRequest', authenticateBy(options))
  const route = {
    schema: { body: z.strictObject({ locks: listed }) },
    config: { jsonOnly: true },
    bodyLimit: BODY_MAX_BYTES,
  }
  const inTurns = async (): Promise<void> => void (await nextTurn())

  /** Everything that is wrong, in one answer; and what each lock would be flashed with, but for its secrets. */
  app.post('/locks/import/check', route, async (request) => {
    const { good, wrong } = await read(request.body.locks)
    const checked = await checkDoors(
      good.map(({ value }) => value),
      manageLocks,
      inTurns,
    )
    const problems = [...wrong, ...checked.problems.map((problem) => inList(problem, good))]
    const sheets = checked.doors.map(({ lockId, publicKeyPem }) =>
      manageLocks.provisioning.flashing({ lockId, keyGeneration: 1, publicKeyPem }, null),
    )
    return { problems: problems.toSorted((a, b) => a.at - b.at), sheets: problems.length > 0 ? [] : sheets }
  })

  app.post('/locks/import', route, async (request, reply) => {
    const { good, wrong } = await read(request.body.locks)
    const list = good.flatMap(({ value, at }) => {
      const made = secrets.safeParse(request.body.locks[at])
      return made.success && value.publicKeyPem !== null ? [{ ...value, ...made.data }] : []
    })
    if (wrong.length > 0 || list.length < request.body.locks.length)
      return reply.send({ imported: false, problems: wrong })
    const result = await importDoors(list, principalOf(request), manageLocks, inTurns)
    if (result.kind === 'refused') return reply.send({ imported: false, problems: result.problems })
    return reply.status(201).send({ imported: true, lockIds: result.lockIds, problems: [] })
  })

  async function read(rows: z.infer<typeof listed>) {
    const good: { readonly at: number; readonly value: ImportedDoor }[] = []
    const wrong: Wrong[] = []
    for (const [at, { keyMadeBy: _, mqttPasswordHash: _hash, ...row }] of rows.entries()) {
      if (at % 100 === 99) await inTurns()
      const parsed = door.safeParse(row)
      if (parsed.success) {
        const { organization: named = deps.site.organization, ...rest } = parsed.data
        good.push({ at, value: { ...rest, organization: named } })
        continue
      }
      for (const { path, message } of parsed.error.issues) {
        wrong.push({ at, field: path.join('.'), message, like: null })
      }
      // Its number and key are looked at all the same: everything that is wrong is told at once.
      const rest = door.partial().safeParse({ lockId: row.lockId, publicKeyPem: row.publicKeyPem })
      if (rest.success)
        good.push({
          at,
          value: { ...NOTHING_ELSE, lockId: rest.data.lockId ?? null, publicKeyPem: rest.data.publicKeyPem ?? null },
        })
    }
    return { good, wrong }
  }
}

/** The rows that could be read are fewer than the list: their places are its own. */
function inList(problem: DoorProblem, good: readonly { readonly at: number }[]): Wrong {
  const placeOf = (index: number): number => good[index]?.at ?? index
  return { ...problem, at: placeOf(problem.at), like: problem.like === null ? null : placeOf(problem.like) }
}
