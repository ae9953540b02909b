import { hash } from 'node:crypto'
import { CONSOLE_SCRIPT } from './console-script.ts'
import { CONSOLE_CSS } from './console-style.ts'
import { SIGN_IN_JS } from './sign-in-script.ts'

/** The same for everybody, and named by its content: another version has another name, so that a browser may keep it. */
export interface ConsoleAsset {
  readonly path: string
  readonly type: string
  readonly text: string
}

const asset = (name: string, ending: string, type: string, text: string): ConsoleAsset => ({
  path: `/console/assets/${name}-${hash('sha256', text, 'hex').slice(0, 16)}.${ending}`,
  ...{ type, text },
})

export const STYLE = asset('console', 'css', 'text/css; charset=utf-8', CONSOLE_CSS)
export const SCRIPT = asset('console', 'js', 'text/javascript; charset=utf-8', CONSOLE_SCRIPT)
/** Does nothing: where a long page has it, the browser stops reading for a moment, and does what else waits. */
export const PAUSE_SCRIPT = asset('pause', 'js', 'text/javascript; charset=utf-8', '// A pause.\n')
export const SIGN_IN_SCRIPT = asset('sign-in', 'js', 'text/javascript; charset=utf-8', SIGN_IN_JS)
