import type { SignInWords } from './sign-in-words.ts'

export const englishSignIn: SignInWords = {
  title: 'Sign in',
  code: 'Access code',
  codeHint: 'Sixteen letters and digits. Dashes and capitals don’t matter.',
  signIn: 'Sign in',
  scanned: 'Your access code is filled in.',
  ended: 'Your session has ended. Please sign in again.',
  signedOut: 'You are signed out.',
  wrong: 'This code is not good, or not any more.',
  wait: 'That was too often. Please look at your code, and try again in a minute.',
  refusals: {
    title: 'This can’t be done',
    nothingHere: 'There is nothing here, or not any more.',
    plainHttp: 'The console is served over TLS, or on the gateway itself. Over plain HTTP others could read along.',
    otherSite: 'This came from a page of another site, and nothing has been changed.',
    tooMany: 'That was too often. Please wait a moment.',
    notStored: 'The gateway can’t store anything now. Nothing has been changed.',
    invalid: 'Something of what was sent is wrong, and nothing has been changed:',
    fault: 'Something went wrong in the gateway. The log has it under',
    back: 'To the first page',
  },
}
