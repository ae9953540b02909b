import {
  type ApiKeyId,
  type Organization,
  parseApiKeyId,
  parseOrganization,
  parseUserId,
  type UserId,
} from '#protocol/ids.ts'
import { must } from './must.ts'

export const org = (name: string): Organization => must(parseOrganization(name))
export const user = (name: string): UserId => must(parseUserId(name))
export const apiKeyId = (digits: string): ApiKeyId => must(parseApiKeyId(digits))
