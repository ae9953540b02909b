import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Config, ConfigError, parseConfig } from './config.ts'

export function readConfig(fileName: string): Config {
  let content: string
  try {
    content = readFileSync(fileName, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `cannot read the config file ${fileName} (${reasonOf(error)}): copy config.example.json there, or name another with --config`,
    )
  }
  let input: unknown
  try {
    input = JSON.parse(content)
  } catch (error) {
    throw new ConfigError(`the config file ${fileName} is not JSON: ${reasonOf(error)}`)
  }
  try {
    return parseConfig(input, path.dirname(path.resolve(fileName)))
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ConfigError(`the config file ${fileName} has mistakes:\n${error.message}`)
    throw error
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
