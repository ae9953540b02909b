import type { Command } from 'commander'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import type { CliContext, OwnerApi } from '#cli/context.ts'
import { globalsOf } from '#cli/globals.ts'
import { type LockView, listLocks } from '#cli/list-locks.ts'
import { Progress } from '#cli/progress.ts'
import { COLUMNS, type ColumnName } from './door-rows.ts'
import { forSpreadsheet } from './formula-cells.ts'

const keyAnswer = z.looseObject({ publicKeyPem: z.string() })

type Row = Readonly<Record<ColumnName, string>>

export function addLockExportCommand(lock: Command, context: CliContext): void {
  lock
    .command('export')
    .description(
      'print the locks as CSV that lock import reads; public keys alone, no secrets; one that has no key is left out',
    )
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const { rows, leftOut } = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        rowsOf(api, new Progress(context)),
      )
      if (globals.json) return context.print(JSON.stringify({ locks: rows, leftOut }))
      const cells = rows.map((row) => COLUMNS.map((column) => forSpreadsheet(row[column])))
      context.print(stringify([[...COLUMNS], ...cells]).trimEnd())
      if (leftOut.length > 0) context.complain(`Left out, for they have no key yet: ${leftOut.join(', ')}.`)
    })
}

async function rowsOf(api: OwnerApi, progress: Progress): Promise<{ rows: Row[]; leftOut: number[] }> {
  const locks = await listLocks(api)
  const rows: Row[] = []
  for (const each of locks) {
    if (each.keyMadeBy !== null) rows.push(await rowOf(api, each))
    progress.show('locks read', rows.length, locks.length)
  }
  progress.end()
  return { rows, leftOut: locks.flatMap(({ lockId, keyMadeBy }) => (keyMadeBy === null ? [lockId] : [])) }
}

async function rowOf(api: OwnerApi, { lockId, name, area, pulseS, organization, owner }: LockView): Promise<Row> {
  const { publicKeyPem } = expectAnswer(await api('GET', `/locks/${lockId}/public-key`), keyAnswer)
  return {
    number: String(lockId),
    name,
    area: area ?? '',
    pulse: String(pulseS),
    organization: organization ?? '',
    owner: owner ?? '',
    // In one line, so that spreadsheets keep it whole.
    key: publicKeyPem.replaceAll(/-----[^-]+-----|\s/g, ''),
  }
}
