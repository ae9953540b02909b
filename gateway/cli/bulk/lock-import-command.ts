import type { Command } from 'commander'
import { z } from 'zod'
import { hashLockPassword, newLockPassword } from '#broker/access/lock-password.ts'
import { expectAnswer } from '#cli/api-answer.ts'
import { type CliContext, CommandError, type OwnerApi } from '#cli/context.ts'
import { globalsOf } from '#cli/globals.ts'
import { Progress } from '#cli/progress.ts'
import { COLUMN_OF, COLUMNS, type DoorRow, doorRows, fingerprintOf, type Problem } from './door-rows.ts'
import { readCsv } from './read-csv.ts'
import { SheetFolder } from './sheet-folder.ts'

const ROWS_MAX = 1_000

const problem = z.object({ at: z.number(), field: z.string(), message: z.string(), like: z.number().nullable() })
const checkAnswer = z.object({ problems: z.array(problem), sheets: z.array(z.looseObject({ lockId: z.number() })) })
const importAnswer = z.object({ imported: z.boolean(), problems: z.array(problem) })

export function addLockImportCommand(lock: Command, context: CliContext): void {
  lock
    .command('import')
    .description('add all doors of a CSV file, or none when a line is wrong; every wrong line is named')
    .argument(
      '<file>',
      `CSV whose first line names columns: ${COLUMNS.join(', ')}; key is a public key, its file, or make`,
    )
    .option('--out <folder>', 'new folder for one flashing sheet per door, for you alone')
    .option('--dry-run', 'only check the file')
    .action(async (file: string, { out, dryRun }: { out?: string; dryRun?: true }, command: Command) => {
      if (out === undefined && dryRun === undefined)
        throw new CommandError(
          'give --out FOLDER for the sheets that the doors are flashed with, or --dry-run to only check',
        )
      const globals = globalsOf(command)
      const rows = readCsv(context.readBytes(file), {
        ...{ file, known: COLUMNS, required: ['name', 'key'], rowsMax: ROWS_MAX },
      })
      const config = context.readConfig(globals.config)
      if (rows.length === 0) throw new CommandError(`${file} has no doors below its first line`)
      const { doors, problems } = doorRows(rows, file, context)
      const lockIds = await context.withOwnerApi(config, async (api) => {
        const checked = await check(api, doors, problems, file)
        if (out === undefined) return checked.map(({ lockId }) => lockId)
        return await addAll(api, doors, checked, new SheetFolder(out, context), new Progress(context), file)
      })
      if (globals.json) return context.print(JSON.stringify({ imported: !dryRun, lockIds, out: out ?? null }))
      const many = lockIds.length === 1 ? '1 door' : `${lockIds.length} doors`
      if (out === undefined) return context.print(`${many} can be added: nothing is wrong with ${file}.`)
      context.print(
        `${many} added, ${spanOf(lockIds)}. Their sheets are in ${out}, for you alone: each has its lock’s password, shown this once.`,
      )
      if (config.broker.mode === 'external')
        context.complain('Export the passwords to your broker now (broker export).')
    })
}

const spanOf = (lockIds: readonly number[]): string =>
  lockIds.length === 1
    ? `lock ${lockIds[0]}`
    : lockIds.length <= 5
      ? `locks ${lockIds.toSorted((a, b) => a - b).join(', ')}`
      : `locks ${Math.min(...lockIds)} to ${Math.max(...lockIds)}`

/** The sheets without their secrets, in the order of the file. @throws CommandError that names everything that is wrong */
async function check(api: OwnerApi, doors: readonly DoorRow[], found: readonly Problem[], file: string) {
  const body = { locks: doors.map(({ door }) => door) }
  const { problems, sheets } = expectAnswer(await api('POST', '/locks/import/check', body), checkAnswer)
  const isNew = ({ line, column }: Problem): boolean =>
    !found.some((told) => told.line === line && told.column === column)
  refuse([...found, ...asLines(problems, doors).filter(isNew)], file)
  return sheets
}

function asLines(problems: readonly z.infer<typeof problem>[], doors: readonly DoorRow[]): Problem[] {
  return problems.map(({ at, field, message, like }) => ({
    line: doors[at]?.line ?? 0,
    column: COLUMN_OF[field] ?? 'name',
    message: like === null ? message : `${message} (as in line ${doors[like]?.line})`,
  }))
}

function refuse(problems: readonly Problem[], file: string): void {
  if (problems.length === 0) return
  const inOrder = problems.toSorted((a, b) => a.line - b.line || COLUMNS.indexOf(a.column) - COLUMNS.indexOf(b.column))
  const lines = new Set(problems.map(({ line }) => line)).size
  throw new CommandError(
    `${lines === 1 ? '1 line' : `${lines} lines`} of ${file} can’t be taken, and no door was added:`,
    {
      reason: 'import-refused',
      details: inOrder.map(({ line, column, message }) => ({ field: `line ${line}, ${column}`, message })),
    },
  )
}

async function addAll(
  api: OwnerApi,
  doors: readonly DoorRow[],
  sheets: z.infer<typeof checkAnswer>['sheets'],
  folder: SheetFolder,
  progress: Progress,
  file: string,
): Promise<readonly number[]> {
  const whole = doors.map(({ door, privateKey }, at) => {
    const { note: _, ...sheet } = sheets[at] ?? { lockId: 0 }
    const { publicKeyPem } = door
    if (publicKeyPem === null) throw new Error('a door without a key passed the check')
    const password = newLockPassword()
    const content = { ...sheet, password, privateKey, keyFingerprint: fingerprintOf(publicKeyPem) }
    const secrets = {
      keyMadeBy: privateKey === null ? 'lock' : 'gateway',
      mqttPasswordHash: hashLockPassword(password),
    }
    return { lockId: sheet.lockId, content, door: { ...door, lockId: sheet.lockId, ...secrets } }
  })
  folder.write(whole, (done) => progress.show('sheets written', done, whole.length))
  progress.end()
  const answer = await api('POST', '/locks/import', { locks: whole.map(({ door }) => door) }).catch(
    (error: unknown) => {
      if (!(error instanceof CommandError)) throw error
      throw new CommandError(
        `${error.message}. The sheets stay: look with lock list. Are the doors there, the sheets are good; are they not, take the sheets away and begin anew`,
      )
    },
  )
  try {
    const { imported, problems } = expectAnswer(answer, importAnswer)
    if (!imported) refuse(asLines(problems, doors), file)
    return whole.map(({ lockId }) => lockId)
  } catch (error) {
    // 500 and 503 may mean that it is stored all the same: a sheet too many does less harm than a lost private key.
    if (answer.status < 500) folder.takeAway()
    throw error
  }
}
