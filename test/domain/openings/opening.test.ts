import { describe, expect, test } from 'vitest'
import {
  countersFollow,
  holdsUse,
  isFinal,
  OPENING_STATES,
  type OpeningState,
  spendsUse,
  transitionByAck,
} from '#domain/openings/opening.ts'

const SETTLED_WITHOUT_USE: readonly OpeningState[] = ['not-sent', 'refused', 'jammed', 'not-opened', 'released']

describe('a signed “opened”', () => {
  test.each(OPENING_STATES.filter((state) => state !== 'opened'))('is the truth over %s', (state) => {
    expect(transitionByAck(state, { result: 'opened', reason: null }, false)).toEqual({
      next: 'opened',
      reason: null,
      corrected: isFinal(state),
    })
  })

  test('said twice changes nothing', () => {
    expect(transitionByAck('opened', { result: 'opened', reason: null }, true)).toBeNull()
  })

  test.each(SETTLED_WITHOUT_USE)('spends the use that %s had given back', (state) => {
    expect(countersFollow(state, 'opened')).toEqual({ used: 1, held: 0 })
  })

  test('changes no counter of an opening that was charged', () => {
    expect(countersFollow('charged', 'opened')).toEqual({ used: 0, held: 0 })
  })

  test.each(['reserved', 'unconfirmed'] as const)('turns the held use of %s into a spent one', (state) => {
    expect(countersFollow(state, 'opened')).toEqual({ used: 1, held: -1 })
  })
})

describe('a word that the bolt did not move', () => {
  const words = [
    ['refused', 'privacy', 'refused', 'privacy'],
    ['jammed', null, 'jammed', 'jammed'],
    ['not-executed', null, 'not-opened', 'not-executed'],
  ] as const

  test.each(words)('%s frees the use when no other command can have moved it', (result, reason, next, told) => {
    for (const state of ['reserved', 'unconfirmed'] as const) {
      expect(transitionByAck(state, { result, reason }, true)).toEqual({ next, reason: told, corrected: false })
      expect(countersFollow(state, next)).toEqual({ used: 0, held: -1 })
    }
  })

  test.each(words)('%s frees nothing while another command of the opening may have moved it', (result, reason) => {
    expect(transitionByAck('unconfirmed', { result, reason }, false)).toBeNull()
  })

  test.each(words)('%s is evidence without effect once the opening is final', (result, reason) => {
    for (const state of OPENING_STATES.filter(isFinal)) {
      expect(transitionByAck(state, { result, reason }, true)).toBeNull()
    }
  })
})

test('a reset leaves the use held: the bolt may have moved', () => {
  const told = transitionByAck('reserved', { result: 'reset', reason: 'power-lost' }, true)
  expect(told).toEqual({ next: 'unconfirmed', reason: 'reset', corrected: false })
  expect(countersFollow('reserved', 'unconfirmed')).toEqual({ used: 0, held: 0 })
})

test('every state either holds its use, or is final and has spent it or not', () => {
  expect(OPENING_STATES.filter(holdsUse)).toEqual(['reserved', 'unconfirmed'])
  expect(OPENING_STATES.filter(spendsUse)).toEqual(['opened', 'charged'])
  for (const state of OPENING_STATES) expect(isFinal(state)).toBe(!holdsUse(state))
})
