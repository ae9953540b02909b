import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'

export type Json = Record<string, unknown>

/** What goes in and what comes out differ: a date goes in as text. */
type Direction = 'input' | 'output'

const known = { input: new WeakMap<z.ZodType, Promise<Json>>(), output: new WeakMap<z.ZodType, Promise<Json>>() }

/**
 * A schema as JSON Schema, for the OpenAPI document. Each is converted once, in a turn of the event loop of its own:
 * all of them in one turn would block it for as long as several openings take.
 */
export function jsonSchemaOf(schema: z.ZodType, direction: Direction): Promise<Json> {
  const before = known[direction].get(schema)
  if (before !== undefined) return before
  const made = nextTurn().then(() => convert(schema, direction))
  known[direction].set(schema, made)
  return made
}

function convert(schema: z.ZodType, io: Direction): Json {
  const { $schema, ...converted } = z.toJSONSchema(schema, {
    ...{ io, target: 'draft-2020-12', unrepresentable: 'any', cycles: 'ref', reused: 'inline' },
    override: ({ jsonSchema }) => {
      // Swagger UI shows no `const`.
      if ('const' in jsonSchema) {
        jsonSchema.enum = [jsonSchema.const]
        delete jsonSchema.const
      }
      // Alternatives that JSON Schema can't express come out empty: leave them out.
      if (Array.isArray(jsonSchema.anyOf)) {
        jsonSchema.anyOf = jsonSchema.anyOf.filter((choice) => Object.keys(choice).length > 0)
      }
    },
  })
  return converted
}
