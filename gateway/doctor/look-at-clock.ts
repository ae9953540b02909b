import type { Finding } from '#cli/context.ts'

/** What is known of a time server: that one was heard, that none was, or nothing at all. */
export type TimeServer = 'heard' | 'not-heard' | 'unknown'

/** Whether the clock can be right. */
export function lookAtClock(timeServer: TimeServer, nowMs: number, releasedAtMs: number): readonly Finding[] {
  if (nowMs < releasedAtMs) {
    const what = `The clock says ${new Date(nowMs).toISOString()}, which is before this release: no door opens.`
    return [{ id: 'clock', severity: 'critical', what, advice: 'Set the clock of the appliance.' }]
  }
  switch (timeServer) {
    case 'heard':
      return []
    case 'not-heard':
      return [
        {
          ...{ id: 'clock-alone', severity: 'notice', what: 'No time server was heard since this machine started.' },
          advice: 'A site works without one; look now and then whether the clock is right.',
        },
      ]
    case 'unknown':
      return [
        {
          ...{ id: 'clock-unknown', severity: 'notice' },
          what: 'Whether a time server sets the clock can’t be seen here: systemd-timesyncd does not run.',
          advice:
            'Look yourself: chronyc tracking, or ntpq -p. A site works without one, as long as its clock is right.',
        },
      ]
  }
}
