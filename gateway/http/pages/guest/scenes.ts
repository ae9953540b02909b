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
}

/** Everything that a guest's page can say. Each has its words in each language. */
export const SCENES = {
  ready: { tone: 'ready', picture: 'doorToOpen', well: true },
  opening: { tone: 'ready', picture: 'doorOpening', well: true },
  opened: { tone: 'good', picture: 'doorOpened', well: true },
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
  'lock-offline': { tone: 'bad', picture: 'lockOffline' },
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
  'clock-untrusted': { tone: 'bad', picture: 'warning' },
  'gateway-fault': { tone: 'bad', picture: 'warning' },
  overloaded: { tone: 'wait', picture: 'people' },
  'nobody-waits': { tone: 'wait', picture: 'doorStaysShut' },
  restarting: { tone: 'wait', picture: 'hourglass' },
  'no-connection': { tone: 'wait', picture: 'doorUnknown' },
  fault: { tone: 'bad', picture: 'warning' },
  other: { tone: 'bad', picture: 'warning' },
} as const satisfies Record<string, Scene>

export type SceneName = keyof typeof SCENES

export const isWell = (name: SceneName): boolean => {
  const scene: Scene = SCENES[name]
  return scene.well === true
}

/** A guest meets these; what only a program can bring about has one scene for all. */
const SCENE_OF_REASON: Partial<Record<Reason, SceneName>> = {
  'malformed-uuid': 'incomplete-link',
  'key-not-found': 'unknown-link',
  'key-revoked': 'revoked',
  'key-not-yet-valid': 'not-yet-valid',
  'key-expired': 'expired',
  'key-used-up': 'used-up',
  'token-missing': 'sign-in',
  'token-invalid': 'sign-in-again',
  'not-whitelisted': 'wrong-user',
  'lock-offline': 'lock-offline',
  'lock-busy': 'lock-busy',
  'lock-refused': 'not-opened',
  'lock-jammed': 'jammed',
  'opening-unconfirmed': 'unconfirmed',
  unconfirmed: 'unconfirmed',
  'store-failed': 'gateway-fault',
  'clock-untrusted': 'clock-untrusted',
  overloaded: 'overloaded',
  'caller-gone': 'nobody-waits',
  'shutting-down': 'restarting',
  'forbidden-origin': 'not-from-here',
  'opening-not-found': 'unknown-attempt',
  'route-not-found': 'nothing-here',
  'not-supported': 'nothing-here',
  'method-not-allowed': 'open-with-button',
  internal: 'fault',
}

export const sceneOfReason = (reason: Reason): SceneName => SCENE_OF_REASON[reason] ?? 'other'

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
