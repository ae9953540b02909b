import { CHANGE_NAMES, type ChangeName, type JobInput, type JobResult } from './jobs/jobs.ts'

/** Every change that the domain asks for, as a method of its own. */
export type PostedChanges = {
  readonly [Name in ChangeName]: (input: JobInput[Name]) => Promise<JobResult[Name]>
}
type Post = <Name extends ChangeName>(name: Name, input: JobInput[Name]) => Promise<JobResult[Name]>

/** One method for each job that is a change of the domain's: a new one needs nothing here. */
export function postedChanges(post: Post): PostedChanges {
  const methods = Object.fromEntries(CHANGE_NAMES.map((name) => [name, (input: never) => post(name, input)]))
  if (!isWhole(methods)) throw new Error('a change has no method')
  return methods
}

const isWhole = (methods: object): methods is PostedChanges => CHANGE_NAMES.every((name) => name in methods)
