import { auth0 } from './auth0.ts'
import { cognito } from './cognito.ts'
import { entra } from './entra.ts'
import { firebase } from './firebase.ts'
import { google } from './google.ts'
import { keycloak } from './keycloak.ts'
import { okta } from './okta.ts'
import type { ProviderTokens } from './provider-tokens.ts'

export const PROVIDERS: readonly ProviderTokens[] = [auth0, keycloak, entra, okta, cognito, google, firebase]
