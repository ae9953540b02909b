import { afterAll, afterEach } from 'vitest'
import { endOfFile, endOfTest } from '#test/support/ends.ts'

// Of each file: what a module asks for at its top is asked for by the first file of a process alone.
afterEach(endOfTest)
afterAll(endOfFile)
