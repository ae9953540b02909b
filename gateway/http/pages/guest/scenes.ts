import type { OpeningState } from '#domain/openings/opening.ts'
import type { TempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import type { Reason } from '#http/contract/reasons.ts'
import type { PictureName } from '#http/pages/shared/pictures.ts'

/** What a page's colour says. */
export type Tone = 'ready' | 'good' | 'bad' | 'wait' | 'closed'

interface Scene {
  readonly tone: Tone
  readonly picture: PictureName
  /** All is well: nobody has to be called, so no contact and no code. */
  readonly well?: true
  /** Only somebody else can help, even where there is something to press. */
  readonly callLeads?: true
}

/** Everything that a guest's page can say. Each has its words in each language. */
export const SCENES = {
  ready: { tone: 'ready', picture: 'doorToOpen', well: true },
  opening: { tone: 'ready', picture: 'doorOpening', well: true },
  opened: { tone: 'good', picture: 'doorOpened', well: true },
  /** The lock's word came when its pulse was over. */
  'opened-before': { tone: 'good', picture: 'doorOpened' },
  'not-opened': { tone: 'bad', picture: 'doorStaysShut' },
  jammed: { tone: 'bad', picture: 'doorStaysShut' },
  'not-sent': { tone: 'bad', picture: 'doorStaysShut' },
  unconfirmed: { tone: 'wait', picture: 'doorUnknown' },
  charged: { tone: 'wait', picture: 'doorUnknown' },
  released: { tone: 'wait', picture: 'doorUnknown' },
  'not-yet-valid': { tone: 'wait', picture: 'hourglass' },
  expired: { tone: 'closed', picture: 'calendarOver' },
  'used-up': { tone: 'closed', picture: 'keyUsedUp' },
  revoked: { tone: 'closed', picture: 'keyWithdrawn' },
  'lock-offline': { tone: 'bad', picture: 'lockOffline', callLeads: true },
  'lock-busy': { tone: 'wait', picture: 'people' },
  'sign-in': { tone: 'closed', picture: 'person' },
  'sign-in-again': { tone: 'closed', picture: 'person' },
  'signed-in': { tone: 'ready', picture: 'person', well: true },
  'sign-in-failed': { tone: 'bad', picture: 'personRefused' },
  'signed-out': { tone: 'closed', picture: 'person', well: true },
  'wrong-user': { tone: 'closed', picture: 'personRefused' },
  'unknown-link': { tone: 'bad', picture: 'brokenLink' },
  'incomplete-link': { tone: 'bad', picture: 'brokenLink' },
  'nothing-here': { tone: 'bad', picture: 'brokenLink' },
  'unknown-attempt': { tone: 'bad', picture: 'brokenLink' },
  'not-from-here': { tone: 'bad', picture: 'warning' },
  'open-with-button': { tone: 'ready', picture: 'doorToOpen' },
  'clock-untrusted': { tone: 'bad', picture: 'warning', callLeads: true },
  'gateway-fault': { tone: 'bad', picture: 'warning' },
  'rate-limited': { tone: 'wait', picture: 'hourglass' },
  overloaded: { tone: 'wait', picture: 'people' },
  'nobody-waits': { tone: 'wait', picture: 'doorStaysShut' },
  restarting: { tone: 'wait', picture: 'hourglass' },
  'no-connection': { tone: 'wait', picture: 'doorUnknown' },
  fault: { tone: 'bad', picture: 'warning' },
  other: { tone: 'bad', picture: 'warning' },
} as const satisfies Record<string, Scene>

export type SceneName = keyof typeof SCENES

const sceneNamed = (name: SceneName): Scene => SCENES[name]
export const isWell = (name: SceneName): boolean => sceneNamed(name).well === true
export const callLeads = (name: SceneName): boolean => sceneNamed(name).callLeads === true

interface PageOfReason {
  readonly scene: SceneName
  /** The page of that key would say the same. */
  readonly noWayBack?: true
  /** It offers to sign in. */
  readonly asksWho?: true
}

/** A guest meets most of these; what only a program can bring about has one scene for all. */
const PAGE_OF_REASON = {
  'malformed-uuid': { scene: 'incomplete-link', noWayBack: true },
  'invalid-request': { scene: 'other' },
  'key-revoked': { scene: 'revoked' },
  'key-not-yet-valid': { scene: 'not-yet-valid' },
  'key-expired': { scene: 'expired' },
  'key-used-up': { scene: 'used-up' },
  'bad-http': { scene: 'other' },
  'token-missing': { scene: 'sign-in', asksWho: true },
  'token-invalid': { scene: 'sign-in-again', asksWho: true },
  'api-key-invalid': { scene: 'other' },
  'not-signed-in': { scene: 'other' },
  'code-invalid': { scene: 'other' },
  'not-whitelisted': { scene: 'wrong-user' },
  'not-owner': { scene: 'other' },
  'wrong-organization': { scene: 'other' },
  'insufficient-scope': { scene: 'other' },
  'forbidden-origin': { scene: 'not-from-here' },
  'form-stale': { scene: 'other' },
  'plain-http': { scene: 'other' },
  'too-many-prepared-locks': { scene: 'other' },
  'key-not-found': { scene: 'unknown-link', noWayBack: true },
  'lock-not-found': { scene: 'other' },
  'staff-not-found': { scene: 'other' },
  'opening-not-found': { scene: 'unknown-attempt' },
  'route-not-found': { scene: 'nothing-here' },
  'method-not-allowed': { scene: 'open-with-button' },
  'lock-retired': { scene: 'revoked' },
  'too-slow': { scene: 'other' },
  'body-too-large': { scene: 'other' },
  'url-too-long': { scene: 'other' },
  'unsupported-media-type': { scene: 'other' },
  'foreign-host': { scene: 'other', noWayBack: true },
  'headers-too-large': { scene: 'other' },
  'lock-busy': { scene: 'lock-busy' },
  'opening-unconfirmed': { scene: 'unconfirmed' },
  'idempotency-mismatch': { scene: 'other' },
  'rate-limited': { scene: 'rate-limited', noWayBack: true },
  internal: { scene: 'fault' },
  'not-supported': { scene: 'nothing-here' },
  'lock-refused': { scene: 'not-opened' },
  'lock-jammed': { scene: 'jammed' },
  'lock-offline': { scene: 'lock-offline' },
  'store-failed': { scene: 'gateway-fault' },
  'clock-untrusted': { scene: 'clock-untrusted' },
  overloaded: { scene: 'overloaded' },
  'caller-gone': { scene: 'nobody-waits' },
  'shutting-down': { scene: 'restarting' },
  unconfirmed: { scene: 'unconfirmed' },
} as const satisfies Record<Reason, PageOfReason>

export const pageOfReason = (reason: Reason): PageOfReason => PAGE_OF_REASON[reason]

const SCENE_OF_STATE = {
  reserved: 'opening',
  opened: 'opened',
  refused: 'not-opened',
  'not-opened': 'not-opened',
  jammed: 'jammed',
  'not-sent': 'not-sent',
  unconfirmed: 'unconfirmed',
  // An operator's word is not the lock's: neither says that the door stayed shut.
  charged: 'charged',
  released: 'released',
} as const satisfies Record<OpeningState, SceneName>

export const sceneOfState = (state: OpeningState): SceneName => SCENE_OF_STATE[state]

const SCENE_OF_STATUS = {
  valid: 'ready',
  revoked: 'revoked',
  'not-yet-valid': 'not-yet-valid',
  expired: 'expired',
  'used-up': 'used-up',
} as const satisfies Record<TempKeyStatus, SceneName>

export const sceneOfStatus = (status: TempKeyStatus): SceneName => SCENE_OF_STATUS[status]
