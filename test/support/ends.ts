type End = () => Promise<void>

const ofTest: End[] = []
const ofFile: End[] = []

/** Called once the test that runs has ended, the newest first. Files share a process, so what a test opens is closed by it. */
export const atEndOfTest = (end: End): void => void ofTest.push(end)

/** The same once all tests of the file have. */
export const atEndOfFile = (end: End): void => void ofFile.push(end)

export const endOfTest = (): Promise<void> => endAll(ofTest)
export const endOfFile = (): Promise<void> => endAll(ofFile)

async function endAll(ends: End[]): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end()
}
