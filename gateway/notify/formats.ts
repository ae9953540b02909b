import { fitting, type Message } from './message.ts'

/** A body with its type. */
export interface Rendered {
  readonly contentType: string
  readonly body: string
}

/** The phone would cut a longer message, or make a file of it. */
const NTFY_MAX_BYTES = 3_500
const SLACK_MAX_BYTES = 12_000

/** What programs get, by HTTP and on a command's standard input. Members are added, and never change their meaning. */
export function asJson(message: Message): Rendered {
  const { id, site, sort, severity, title, lines, alarms, madeAtMs, consoleUrl } = message
  const body = {
    ...{ type: 'latchkey.notice', version: 1, id, site, sort, severity, isGoodNews: message.isGoodNews },
    ...{ title, lines },
    alarms: alarms.map(({ sinceMs, ...alarm }) => ({ ...alarm, since: new Date(sinceMs).toISOString() })),
    madeAt: new Date(madeAtMs).toISOString(),
    ...{ madeAtLocal: message.madeAtLocal, consoleUrl },
  }
  return { contentType: 'application/json', body: JSON.stringify(body) }
}

const NTFY_PRIORITY = { notice: 2, warning: 3, critical: 5 } as const
const NTFY_TAG = { notice: 'information_source', warning: 'warning', critical: 'rotating_light' } as const

/** ntfy's publishing as JSON: no title has to become a header. `sequence_id` lets a repeat take the place of what came before. */
export function asNtfy(message: Message, topic: string): Rendered {
  const { id, site, sort, severity, title, lines, consoleUrl, isGoodNews } = message
  const isQuiet = isGoodNews || sort === 'test'
  const body = {
    topic,
    title: `${site.name}: ${title}`,
    message: fitting(lines.length === 0 ? [title] : lines, NTFY_MAX_BYTES).join('\n'),
    priority: isQuiet ? NTFY_PRIORITY.notice : NTFY_PRIORITY[severity],
    tags: [isGoodNews ? 'white_check_mark' : NTFY_TAG[severity]],
    ...(consoleUrl !== null && { click: consoleUrl }),
    sequence_id: id,
  }
  return { contentType: 'application/json', body: JSON.stringify(body) }
}

/** An incoming webhook of Slack, and of what understands the same. */
export function asSlack(message: Message): Rendered {
  const { site, title, lines, consoleUrl, isGoodNews, severity } = message
  const sign = isGoodNews ? ':white_check_mark:' : SLACK_SIGN[severity]
  const text = [
    `${sign} *${slackText(`${site.name}: ${title}`)}*`,
    ...fitting(lines.map(slackText), SLACK_MAX_BYTES),
    ...(consoleUrl === null ? [] : [`<${slackEscaped(consoleUrl)}|See all alarms>`]),
  ]
  return { contentType: 'application/json', body: JSON.stringify({ text: text.join('\n'), unfurl_links: false }) }
}

const SLACK_SIGN = { notice: ':information_source:', warning: ':warning:', critical: ':rotating_light:' } as const
/** Between two characters it is not seen, and takes from both what they mean together. */
const NOTHING = '\u200b'

/**
 * A door named `<!channel>` or `@channel` calls nobody, and one named as a link or a picture leads nowhere and has nothing
 * fetched: Slack reads its own marks, and what takes the same webhooks reads Markdown and `@` besides.
 */
const slackText = (text: string): string =>
  slackEscaped(
    text
      .replaceAll('`', 'ˋ')
      .replaceAll('@', `@${NOTHING}`)
      .replaceAll('](', `]${NOTHING}(`)
      .replaceAll('://', `:${NOTHING}//`)
      .replaceAll(/\bwww[.]/gi, (www) => `${www.slice(0, 3)}${NOTHING}.`),
  )
const slackEscaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export interface RenderedMail {
  readonly messageId: string
  readonly subject: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly isUrgent: boolean
}

/** Plain text. The id of the mail is the notice's: a mail program shows a repeat once. */
export function asMail(message: Message, from: string): RenderedMail {
  const { id, site, sort, severity, title, lines, consoleUrl, madeAtLocal, isGoodNews } = message
  const text = [
    title,
    '',
    ...lines,
    '',
    ...(consoleUrl === null ? ['On the appliance, latchkey alarms lists all of them.'] : [`All alarms: ${consoleUrl}`]),
    `${site.name} (${site.id}), ${madeAtLocal}`,
  ]
  return {
    messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    subject: `[${site.name}] ${title}`,
    text: `${text.join('\n')}\n`,
    headers: {
      // RFC 3834: no out-of-office answer comes back.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Latchkey-Notice': id,
      'X-Latchkey-Severity': `${severity}; ${sort}`,
    },
    isUrgent: severity === 'critical' && !isGoodNews,
  }
}
