import { readdirSync, readFileSync } from 'node:fs'

/** CPU time in µs. `garbage` is V8's own threads: collectors and compilers of every thread together. */
export interface ThreadCpu {
  readonly main: number
  readonly writer: number
  readonly writerKernel: number
  readonly garbage: number
  readonly rest: number
}

/** As Linux counts it for each thread of this process; the store's writer bears its name. */
export function threadCpu(): ThreadCpu {
  const cpu = { main: 0, writer: 0, writerKernel: 0, garbage: 0, rest: 0 }
  for (const id of readdirSync('/proc/self/task')) {
    const of = (file: string) => readFileSync(`/proc/self/task/${id}/${file}`, 'utf8').trim()
    const us = Number(of('schedstat').split(' ')[0]) / 1_000
    const name = of('comm')
    if (id === String(process.pid)) cpu.main += us
    else if (name === 'store-writer') {
      cpu.writer += us
      // Ticks of 10 ms, after the name in brackets and eleven other fields, the user's before them.
      cpu.writerKernel += Number(of('stat').split(') ')[1]?.split(' ')[12]) * 10_000
    } else if (name === 'V8Worker') cpu.garbage += us
    else cpu.rest += us
  }
  return cpu
}

export const cpuSince = (before: ThreadCpu): ThreadCpu => {
  const now = threadCpu()
  return {
    main: now.main - before.main,
    writer: now.writer - before.writer,
    writerKernel: now.writerKernel - before.writerKernel,
    garbage: now.garbage - before.garbage,
    rest: now.rest - before.rest,
  }
}
