import path from 'node:path'
import { z } from 'zod'
import { ALGORITHMS } from '#http/auth/algorithms.ts'

const text = (max: number) => z.string().min(1).max(max)
const prefix = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\x21-\x7e]*$/, { error: 'must be printable ASCII without spaces' })
    .default('')
/** One, or a list of them. */
const names = z
  .union([text(500), z.array(text(500)).min(1).max(16)], { error: 'must be a text or a list of texts' })
  .transform((given): readonly string[] => (typeof given === 'string' ? [given] : given))

/** Whoever can change the keys on their way can make tokens: only this machine itself is asked without TLS. */
const jwksUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https URL', abort: true })
  .refine((url) => /^https:|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url), {
    error: 'must be https, or http to this machine itself',
  })

/** Ids of programs, which only a program's token has as its subject. */
const OF_PROGRAMS = ['client_id', 'clientId', 'cid', 'azp'] as const
/** Claims that every kind of token may have, so none of them marks a service's token. */
const OF_ALL: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti'])
const serviceMark = z.union(
  [
    z.strictObject({
      claim: text(100).refine((claim) => !OF_ALL.has(claim), { error: 'must be a claim that not every token has' }),
      value: z.union([text(500), z.boolean(), z.int()]),
    }),
    z
      .strictObject({ claim: z.enum(OF_PROGRAMS), sameAs: z.enum(['sub', 'azp']) })
      .refine(({ claim, sameAs }) => claim !== sameAs, { error: 'must be two different claims' }),
  ],
  {
    error: `must be {"claim", "value"} with a claim that not every token has, or {"claim", "sameAs"} with one of ${OF_PROGRAMS.join(', ')} that is the same as sub or azp`,
  },
)

const ofIssuer = {
  jwksFile: text(1_000),
  /** Refreshes `jwksFile`, which stays the authority. */
  jwksUrl: jwksUrl.nullable().default(null),
  issuer: names,
  audience: names,
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['ES256', 'RS256']),
  /** The claim that holds the user's id. */
  userIdClaim: text(100).default('sub'),
  /** Stands before the ids of its users and organizations. */
  idPrefix: prefix(64),
  /** Names the organization in a service's token. */
  organizationClaim: text(100).nullable().default(null),
  /** Any of them makes a token a service's. */
  serviceMarks: z.array(serviceMark).max(64).default([]),
  /** Stands before our scopes where the provider says whose they are. */
  scopePrefix: prefix(200),
}

const isLinkable = (url: string): boolean => {
  const parsed = URL.parse(url)
  return parsed === null || (parsed.username === '' && parsed.password === '' && parsed.hash === '')
}
const ofSignIn = {
  /** Where people sign in with a browser: the page of a key for named users links there. */
  loginUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
    .refine(isLinkable, { error: 'must have no user, password or fragment' })
    .nullable()
    .default(null),
  /** How long a browser stays signed in; a token that ends earlier ends it earlier. */
  sessionMaxS: z.int().min(60).max(86_400).default(3_600),
}

/** The settings that rules on several settings compare: those rules run even when other settings are wrong. */
const marked = z.looseObject({
  organizationClaim: z.string().nullish(),
  serviceMarks: z.array(z.looseObject({ claim: z.unknown() })).default([]),
})
const marksRule = (isFine: (given: z.infer<typeof marked>) => boolean, error: string) => ({
  isFine: (given: unknown): boolean => {
    const seen = marked.safeParse(given)
    return !seen.success || isFine(seen.data)
  },
  how: { error, path: ['serviceMarks'], when: ({ value }: { value: unknown }) => marked.safeParse(value).success },
})
const marksGiven = marksRule(
  ({ organizationClaim, serviceMarks }) => typeof organizationClaim !== 'string' || serviceMarks.length > 0,
  'must say by what a service\'s token is known, since people\'s tokens may have organizationClaim too: [{"claim": "gty", "value": "client-credentials"}] for Auth0, see docs/identity-providers.md for others, or leave organizationClaim out',
)
const marksOfOrganization = marksRule(
  ({ organizationClaim, serviceMarks }) => typeof organizationClaim === 'string' || serviceMarks.length === 0,
  "must go with organizationClaim, which names a service's organization",
)
const marksTellApart = marksRule(
  ({ organizationClaim, serviceMarks }) =>
    !serviceMarks.some((mark) => mark.claim === organizationClaim && 'value' in mark),
  "must name another claim than organizationClaim, which people's tokens may have too",
)

const withMarks = <Shape extends z.ZodType>(shape: Shape): Shape =>
  shape
    .refine(marksGiven.isFine, marksGiven.how)
    .refine(marksOfOrganization.isFine, marksOfOrganization.how)
    .refine(marksTellApart.isFine, marksTellApart.how)

const issuer = withMarks(z.strictObject(ofIssuer))
/** The short form: one issuer, without a list. */
const one = withMarks(z.strictObject({ ...ofIssuer, ...ofSignIn })).transform(({ loginUrl, sessionMaxS, ...only }) => ({
  issuers: [only],
  loginUrl,
  sessionMaxS,
}))

type Issuer = z.output<typeof issuer>
const areDistinct = (issuers: readonly Issuer[], of: (issuer: Issuer) => readonly string[]): boolean => {
  const all = issuers.flatMap(of)
  return new Set(all).size === all.length
}
const several = z.strictObject({
  issuers: z
    .array(issuer)
    .min(1)
    .max(16)
    .refine((all) => areDistinct(all, (each) => each.issuer), {
      error: 'must name each issuer once: what is wanted of it stands in one place',
    })
    .refine((all) => areDistinct(all, ({ jwksFile }) => [path.normalize(jwksFile)]), {
      error: "must have a jwksFile each: one issuer's keys would vouch for another's people",
    })
    .refine((all) => areDistinct(all, ({ idPrefix }) => [idPrefix]), {
      error:
        'must have different idPrefix, or "ada" of one would open what "ada" of another may: give one of them none, and the others something like "guests:"',
    }),
  ...ofSignIn,
})

type Input = z.input<typeof one> | z.input<typeof several>

/** One issuer's settings by themselves, or a list `issuers` of several. */
export const jwt = z.custom<Input>().transform((given: unknown, context) => {
  const isList = typeof given === 'object' && given !== null && 'issuers' in given
  const parsed = (isList ? several : one).safeParse(given)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const { path: at, message } = issue
    if (issue.code === 'unrecognized_keys') {
      context.issues.push({ code: 'unrecognized_keys', keys: issue.keys, path: at, message, input: undefined })
    } else context.issues.push({ code: 'custom', path: at, message, input: given })
  }
  return z.NEVER
})

/** Relative paths become absolute. */
export const withAbsolutePaths = (
  given: z.output<typeof jwt>,
  resolve: (file: string) => string,
): z.output<typeof jwt> => ({
  ...given,
  issuers: given.issuers.map((each) => ({ ...each, jwksFile: resolve(each.jwksFile) })),
})
