import type { ApiKeyId, Organization, StaffId, UserId } from '#protocol/ids.ts'

/**
 * Who asks. `owner` is whoever may open the data directory: the command line on the appliance itself; `name` is who sits at
 * it, as the machine knows him. `staff` is a person who signed in to the console.
 */
export type Principal =
  | { kind: 'guest' }
  | { kind: 'user'; userId: UserId }
  | { kind: 'service'; organization: Organization; apiKeyId?: ApiKeyId }
  | { kind: 'staff'; staffId: StaffId; name: string }
  | { kind: 'owner'; name?: string }

/** One line for events and `createdBy`: never a secret. */
export function principalLabel(principal: Principal): string {
  switch (principal.kind) {
    case 'guest':
      return principal.kind
    case 'owner':
      return principal.name === undefined ? OWNER_LABEL : `${OWNER_LABEL}:${principal.name}`
    case 'user':
      return `user:${principal.userId}`
    case 'staff':
      // At any time one person of the staff has this name: with the time of the event it says who it was.
      return `staff:${principal.name}`
    case 'service':
      // Names the API key: when one of an organization's keys has leaked, this tells what was done with it.
      return principal.apiKeyId === undefined
        ? `organization:${principal.organization}`
        : `organization:${principal.organization}/api-key:${principal.apiKeyId}`
  }
}

const OWNER_LABEL = 'owner'
/** Was written of the owner, whoever sat at the command line. */
export const isOwnersLabel = (label: string): boolean => label === OWNER_LABEL || label.startsWith(`${OWNER_LABEL}:`)

export const userIdOf = (principal: Principal): UserId | null => (principal.kind === 'user' ? principal.userId : null)
