import { readdirSync, readFileSync } from 'node:fs'

/** CPU time of this process by kind of thread, in ms. On Linux; elsewhere nothing is known of single threads. */
export type CpuByThread = Readonly<Record<string, number>>

/** As the runtime names its threads. Whatever else there is has hardly any time. */
const KINDS: Readonly<Record<string, string>> = { 'libuv-worker': 'pool', V8Worker: 'v8', 'store-writer': 'writer' }

export function cpuByThread(): CpuByThread {
  const sums: Record<string, number> = {}
  let threads: string[]
  try {
    threads = readdirSync('/proc/self/task')
  } catch {
    return sums
  }
  for (const thread of threads) {
    const read = (file: string) => readFileSync(`/proc/self/task/${thread}/${file}`, 'utf8')
    try {
      const kind = thread === String(process.pid) ? 'main' : (KINDS[read('comm').trim()] ?? 'other')
      // The first number is the time on a CPU, in ns.
      sums[kind] = (sums[kind] ?? 0) + Number(read('schedstat').split(' ')[0]) / 1_000_000
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return sums
}
