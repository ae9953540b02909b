import { z } from 'zod'
import { STAFF_ROLES } from '#domain/access/roles.ts'
import { STAFF_EVENTS, type Staff, type StaffEvent } from '#domain/access/staff.ts'
import type { StaffEntry } from '#http/contract/http-deps.ts'
import { isoInstant } from './lock-event-body.ts'

export const staffAnswer = z.strictObject({
  staffId: z.string(),
  name: z.string(),
  role: z.enum(STAFF_ROLES),
  until: isoInstant,
  hasEnded: z.boolean(),
  createdAt: isoInstant,
  createdBy: z.string(),
  lastUsedAt: isoInstant.nullable(),
})

/** Never the code nor its hash. */
export const staffBody = (member: Staff, nowMs: number): z.infer<typeof staffAnswer> => ({
  ...{ staffId: member.id, name: member.name, role: member.role, createdBy: member.createdBy },
  ...{ until: iso(member.untilMs), hasEnded: nowMs >= member.untilMs, createdAt: iso(member.createdAtMs) },
  lastUsedAt: member.lastUsedAtMs === null ? null : iso(member.lastUsedAtMs),
})

/** The code, this once, and the link that a QR code holds; null where no listener serves the staff. */
export const codeAnswer = z.strictObject({
  staff: staffAnswer,
  code: z.string(),
  link: z.string().nullable(),
  certificateSha256: z.string().nullable(),
})

/** The code stands behind the `#`: no browser sends that to anybody, and no proxy logs it. */
export const codeBody = (
  { member, code }: { readonly member: Staff; readonly code: string },
  entry: StaffEntry | null,
  nowMs: number,
): z.infer<typeof codeAnswer> => ({
  staff: staffBody(member, nowMs),
  code,
  link: entry === null ? null : `${entry.url}/console/sign-in#code=${code}`,
  certificateSha256: entry?.certificateSha256 ?? null,
})

export const staffEventAnswer = z.strictObject({
  at: isoInstant,
  staffId: z.string(),
  name: z.string(),
  what: z.enum(STAFF_EVENTS),
  detail: z.string().nullable(),
  by: z.string(),
})

export const staffEventBody = (event: StaffEvent): z.infer<typeof staffEventAnswer> => ({
  ...{ at: iso(event.atMs), staffId: event.staffId, name: event.name, what: event.what },
  ...{ detail: event.detail, by: event.by },
})

const iso = (atMs: number): string => new Date(atMs).toISOString()
