import type { Notice } from '#domain/notices/notice.ts'

/**
 * What became of one try. `failed`: in words for staff, with what to do, and never a secret; the receiver may have got it
 * all the same, since an answer can be lost.
 */
export type SendResult =
  /** @param remark what somebody should see to all the same, in the same words */
  { readonly kind: 'delivered'; readonly remark?: string } | { readonly kind: 'failed'; readonly cause: string }

/** Never rejects, and comes to an end by itself: within 35 s, or the time that a command may take. */
export type SendNotice = (notice: Notice) => Promise<SendResult>
