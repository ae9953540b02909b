import { afterEach, expect, test } from 'vitest'
import type { Committed } from '#store/writer/group-commit.ts'
import { directWriter } from '#test/store/support/direct-writer.ts'
import { inconsistencies } from '#test/store/support/store-site.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

function writerOf(doors: number) {
  const writer = directWriter(doors)
  ends.push(writer.end)
  return writer
}

const kindsOf = ({ answers }: Committed) => answers.map(({ id, kind }) => [id, kind])
const FULL = { times: 1, code: 'SQLITE_FULL' }

test.each(['SQLITE_FULL', 'SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_WRITE'])(
  'a commit that fails with %s stores nothing but the words of the locks, which are tried once more',
  (code) => {
    const { run, openedJob, reserveJob, faults, dataDir } = writerOf(4)
    const [one, two, three] = [openedJob(1), openedJob(2), reserveJob(3)]
    faults.arm({ failCommits: { times: 1, code } })
    const answered = run(one, three, two)
    expect(answered.map(kindsOf)).toEqual([
      [[three.id, 'failed']],
      [
        [one.id, 'stored'],
        [two.id, 'stored'],
      ],
    ])
    expect(run(reserveJob(3)).flatMap(kindsOf)[0]?.[1]).toBe('stored')
    expect(inconsistencies(dataDir)).toEqual([])
  },
)

test('what is decided is told before the words of the locks are tried once more', () => {
  const { writer, openedJob, reserveJob, faults } = writerOf(2)
  const [settle, reserve] = [openedJob(1), reserveJob(2)]
  faults.arm({ failCommits: FULL })
  const answers = writer.run([settle, reserve])
  const first = answers.next()
  expect(faults.commits).toBe(1)
  expect(first.done === true ? null : kindsOf(first.value)).toEqual([[reserve.id, 'failed']])
  expect([...answers].map(kindsOf)).toEqual([[[settle.id, 'stored']]])
})

test('words that fail together are tried alone, for one of them may be what fails', () => {
  const { run, openedJob, faults } = writerOf(3)
  const words = [openedJob(1), openedJob(2), openedJob(3)]
  faults.arm({ failCommits: { times: 3, code: 'SQLITE_FULL' } })
  const answered = run(...words).flatMap(kindsOf)
  expect(answered).toEqual([
    [words[0]?.id, 'failed'],
    [words[1]?.id, 'stored'],
    [words[2]?.id, 'stored'],
  ])
})

test('a disk that takes 5.5 s to fail keeps nobody longer than two writes, however many words wait', () => {
  const { run, openedJob, reserveJob, faults } = writerOf(5)
  const words = [1, 2, 3, 4].map(openedJob)
  faults.arm({ failCommits: { times: 99, code: 'SQLITE_IOERR_FSYNC' } })
  faults.commitTakesMs = 5_500
  const sinceMs = faults.nowMs
  const answered = run(...words, reserveJob(5)).flatMap(kindsOf)
  expect(answered.map(([, kind]) => kind)).toEqual(Array(5).fill('failed'))
  expect(faults.nowMs - sinceMs).toBe(11_000)
})

test('a commit holds only what was done in 20 ms: whoever came first does not wait for the work of all', () => {
  const { run, reserveJob, faults } = writerOf(9)
  const jobs = Array.from({ length: 9 }, (_, at) => reserveJob(at + 1))
  faults.jobTakesMs = 7
  const answered = run(...jobs)
  expect(answered.map(({ answers }) => answers.length)).toEqual([3, 3, 3])
  expect(answered.flatMap(kindsOf)).toEqual(jobs.map(({ id }) => [id, 'stored']))
})

test('of jobs that did not join the commit that fails, none fails with it', () => {
  const { run, reserveJob, faults } = writerOf(4)
  const jobs = [1, 2, 3, 4].map(reserveJob)
  faults.jobTakesMs = 15
  faults.arm({ failCommits: FULL })
  expect(
    run(...jobs)
      .flatMap(kindsOf)
      .map(([, kind]) => kind),
  ).toEqual(['failed', 'failed', 'stored', 'stored'])
})
