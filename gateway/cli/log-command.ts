import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { LOG_KINDS, LOG_RESULTS } from '#domain/events/log-entry.ts'
import { pastedKey } from '#domain/temp-keys/pasted-key.ts'
import { keyRefOf } from '#protocol/ids.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError, type OwnerApi } from './context.ts'
import { globalsOf } from './globals.ts'
import { type LogEntryView, logEntryView, logLines } from './log-lines.ts'
import { parsePast } from './moments.ts'

const page = z.object({ entries: z.array(logEntryView), nextCursor: z.string().nullable(), newest: z.string() })
type LogPage = z.infer<typeof page>

const PAGE_MAX = 500
const LOOK_AGAIN_MS = 1_000

interface Options {
  readonly door?: string
  readonly area?: string
  readonly key?: string
  readonly person?: string
  readonly result?: string
  readonly kind?: string
  readonly since?: string
  readonly until?: string
  readonly n?: number
  readonly steps?: true
  readonly follow?: true
  readonly csv?: string
  readonly jsonl?: string
}

export function addLogCommand(program: Command, context: CliContext): void {
  program
    .command('log')
    .description('who came by which door, by which key and way, and what came of it: newest first')
    .option('--door <door>', 'a lock’s number, or a part of a door’s name')
    .option('--area <area>', 'all doors of an area')
    .option('--key <key>', 'a part of a key’s description, its mark, or its link')
    .option('--person <name>', 'a part of what a person is called by')
    .option('--result <results>', `what came of it: ${LOG_RESULTS.join(', ')}; several with commas`)
    .option('--kind <kinds>', `what it is about: ${LOG_KINDS.join(', ')}; several with commas`)
    .option('--since <time>', 'today, yesterday, 2h, 2026-11-27, "2026-11-27 22:00" (site’s clock), or ISO 8601')
    .option('--until <time>', 'the same; a day is meant as a whole')
    .option('-n <count>', 'so many entries', wholeCount)
    .option('--steps', 'also what an opening goes through before its end')
    .option('-f, --follow', 'go on with what happens, oldest first')
    .addOption(
      new Option('--csv <file>', 'all of it as a table into a new file; - is standard output').conflicts('jsonl'),
    )
    .option('--jsonl <file>', 'the same as JSON Lines')
    .action(async (options: Options, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const here = { nowMs: context.nowMs(), zone: zoneNamed(config.site.timeZone) }
      const time = (text: string | undefined, option: 'since' | 'until'): string | undefined =>
        text === undefined ? undefined : new Date(parsePast(text, `--${option}`, option, here)).toISOString()
      const query = new URLSearchParams({ order: 'newest' })
      const add = (name: string, value: string | undefined): void => {
        if (value !== undefined) query.set(name, value)
      }
      const pasted = options.key === undefined ? null : pastedKey(options.key)
      for (const name of ['door', 'area', 'person', 'result', 'kind'] as const) add(name, options[name])
      // A link stands in no URL: whoever reads one can open the door.
      add('key', pasted === null ? options.key : keyRefOf(pasted))
      add('since', time(options.since, 'since'))
      add('until', time(options.until, 'until'))

      const file = options.csv ?? options.jsonl
      if (file !== undefined) {
        if (options.follow || options.n !== undefined || globals.json)
          throw new CommandError('--csv and --jsonl write all of it: leave out -f, -n and --json')
        query.set('format', options.csv === undefined ? 'jsonl' : 'csv')
        await context.withOwnerApi(config, async (_api, { download }) => {
          const growing = await context.growFile(file)
          try {
            const refusal = await download(`/events?${query}`, (piece) => growing.write(piece))
            if (refusal !== null) expectAnswer(refusal, z.never())
            await growing.end()
          } catch (error) {
            await growing.remove()
            throw error
          }
        })
        if (file !== '-') context.complain(`The log is in ${file}, readable by you alone.`)
        return
      }

      if (options.steps === undefined) query.set('steps', 'false')
      const wanted = options.n ?? (options.follow ? 10 : 100)
      const tell = (entries: readonly LogEntryView[], withHead: boolean): void => {
        if (globals.json) for (const entry of entries) context.print(JSON.stringify(entry))
        else for (const line of logLines(entries, context.terminal, withHead)) context.print(line)
      }
      const first = await context.withOwnerApi(config, (api) => readPages(api, query, wanted))
      if (options.follow) {
        tell(first.entries.toReversed(), true)
        await follow(query, first.newest)
        return
      }
      if (globals.json) return context.print(JSON.stringify({ entries: first.entries }))
      if (first.entries.length === 0) return context.print('Nothing like that happened.')
      tell(first.entries, true)
      if (first.more)
        context.complain(`These are the ${wanted} newest: -n takes more, and --csv or --jsonl write all of it.`)

      /** While no gateway answers, as during its restart, it waits: what happened meanwhile is told afterwards. */
      async function follow(asked: URLSearchParams, from: string): Promise<never> {
        for (let newest = from, isGone = false; ; ) {
          await context.pause(LOOK_AGAIN_MS)
          const found = await newerThan(asked, newest)
          if (found === null) {
            if (!isGone) context.complain('No gateway answers: waiting for it.')
            isGone = true
            continue
          }
          isGone = false
          newest = found.newest
          tell(found.entries.toReversed(), false)
        }
      }

      /** Null when the gateway went away before all was told: then it is asked for again, from where it was. */
      async function newerThan(asked: URLSearchParams, known: string): Promise<LogPage | null> {
        const entries: LogEntryView[] = []
        let newest: string | null = null
        for (let cursor: string | null = ''; cursor !== null; ) {
          const search = new URLSearchParams({
            ...Object.fromEntries(asked),
            newerThan: known,
            limit: String(PAGE_MAX),
          })
          if (cursor !== '') search.set('before', cursor)
          const answer = await context.askGateway(config, `/events?${search}`)
          if (answer === null || answer.status >= 500) return null
          const found: LogPage = expectAnswer(answer, page)
          newest ??= found.newest
          entries.push(...found.entries)
          cursor = found.nextCursor
        }
        return { entries, nextCursor: null, newest: newest ?? known }
      }
    })
}

async function readPages(
  api: OwnerApi,
  query: URLSearchParams,
  wanted: number,
): Promise<{ entries: readonly LogEntryView[]; newest: string; more: boolean }> {
  const entries: LogEntryView[] = []
  let newest: string | null = null
  let cursor: string | null = ''
  while (cursor !== null && entries.length < wanted) {
    const search = new URLSearchParams({
      ...Object.fromEntries(query),
      limit: String(Math.min(PAGE_MAX, wanted - entries.length)),
    })
    if (cursor !== '') search.set('before', cursor)
    const found: LogPage = expectAnswer(await api('GET', `/events?${search}`), page)
    newest ??= found.newest
    entries.push(...found.entries)
    cursor = found.nextCursor
  }
  return { entries, newest: newest ?? '', more: cursor !== null }
}

function wholeCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999999.')
  return Number(text)
}
