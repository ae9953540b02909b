import accepts from '@fastify/accepts'
import fastify, { type FastifyInstance } from 'fastify'
import { asOwner, byCredentials } from './auth/authenticate.ts'
import type { HttpDeps, HttpLog, Listener, Service } from './contract/http-deps.ts'
import { createPageOfRefusal, createRefuse, createReplacement } from './contract/refuse.ts'
import { createClientErrorHandler } from './front/broken-connections.ts'
import { Front } from './front/front.ts'
import { addSecurityHeaders, securityHeaders } from './headers/security-headers.ts'
import { addFailureLimit } from './limits/failure-limit.ts'
import { addRateLimits, unlimited } from './limits/rate-limits.ts'
import { addPageCompression } from './pages/shared/compress-pages.ts'
import { collectDocumentedRoutes } from './reference/documented-routes.ts'
import { addReference } from './reference/reference-routes.ts'
import { addBodyParsers } from './requests/body-parsers.ts'
import { addFaultHandler, createFrameworkErrors } from './requests/faults.ts'
import { noticeForwardedFor } from './requests/forwarded-for.ts'
import { endStreamsOfHeads } from './requests/heads-of-streams.ts'
import { inUsualCase } from './requests/key-path.ts'
import { limitLargeBodies } from './requests/large-bodies.ts'
import { newRequestId } from './requests/request-id.ts'
import { addRequestLog } from './requests/request-log.ts'
import { addRequestRules } from './requests/request-rules.ts'
import { addUnknownRoutes } from './requests/unknown-routes.ts'
import { addValidation } from './requests/validation.ts'
import { apiRoutes } from './routes/api/api-routes.ts'
import { consoleAssetRoutes } from './routes/console/assets.ts'
import { consoleOptions } from './routes/console/console-options.ts'
import { consoleRoutes } from './routes/console/console-routes.ts'
import { guestRoutes } from './routes/guest/guest-routes.ts'
import { healthRoutes } from './routes/ops/health.ts'
import { metricsRoutes } from './routes/ops/metrics.ts'
import { ownerRoutes } from './routes/owner/owner-routes.ts'
import { sessionRoutes } from './session/session-routes.ts'
import { addSessionToken, SignIn } from './session/sign-in.ts'

const BODY_MAX_BYTES = 8_192
/** Above the 10 s between two comments of an event stream. */
const SILENCE_MAX_MS = 15_000
/** An opening is answered by `answerWaitMs`; no socket is given up before that. */
const ANSWER_MARGIN_MS = 5_000

/**
 * The HTTP API of one listener: rules for every request first, then the routes, one plugin for each resource. Hooks
 * that wait for nothing use the callback `done`: as promises, the dozen hooks of a request cost as much as an opening.
 */
export async function createApp(deps: HttpDeps, listener: Listener, log: HttpLog): Promise<FastifyInstance> {
  const signIn = new SignIn(deps)
  const pageOfRefusal = createPageOfRefusal(deps.site, signIn)
  const refuse = createRefuse(pageOfRefusal)
  const headers = securityHeaders(listener.promisesTls)
  const silenceMaxMs = Math.max(SILENCE_MAX_MS, deps.open.limits.answerWaitMs + ANSWER_MARGIN_MS)
  const { heartbeat, trustedProxies } = deps
  const front = new Front({
    ...{ heartbeat, tls: listener.tls, isOnPort: listener.kind !== 'owner' },
    ...{ silenceMaxMs, log, trustedProxies },
  })
  const onBroken = createClientErrorHandler(front, headers, log)
  const monotonicMs = () => deps.open.clock.monotonicMs()

  const app = fastify({
    serverFactory: (serve) => front.createServer(serve, onBroken),
    // Fastify's own lines hold URLs and exceptions' texts, and both hold secrets: we write our own.
    logger: false,
    genReqId: newRequestId,
    requestIdHeader: false,
    trustProxy: deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies],
    bodyLimit: BODY_MAX_BYTES,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    exposeHeadRoutes: true,
    rewriteUrl: ({ url }) => inUsualCase(url ?? '/'),
    // While closing, requests on open connections get our answers, not Fastify's.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: createFrameworkErrors(refuse, headers, log),
    // Fastify would put it on the first of two servers alone.
    clientErrorHandler: () => {},
  })

  await app.register(accepts)
  addSecurityHeaders(app, headers)
  addBodyParsers(app)
  app.decorateRequest('caller', null)
  app.decorateRequest('staff', null)
  app.decorateRequest('wantsPage', null)
  const isOwner = listener.kind === 'owner'
  const limits = isOwner ? unlimited : await addRateLimits(app, deps.limits, monotonicMs)
  if (!isOwner && deps.trustedProxies.length === 0) noticeForwardedFor(app, deps)
  addRequestLog(app, log, { monotonicMs, front })
  addRequestRules(app, { listener, monotonicMs, front, refuse })
  await addSessionToken(app, signIn, listener)
  addUnknownRoutes(app, refuse)
  addFaultHandler(app, refuse, log)
  endStreamsOfHeads(app)
  front.closeWith(app, silenceMaxMs)
  limitLargeBodies(app, refuse, BODY_MAX_BYTES)
  addValidation(app, refuse, deps.checkAnswer)
  // While shutting down, no keep-alive: an idle connection would hold up the end until it times out.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (deps.open.isShuttingDown()) reply.header('Connection', 'close')
    done()
  })

  const replace = createReplacement(pageOfRefusal)
  addFailureLimit(app, limits, (reply, retryAfterS) => replace(reply, { reason: 'rate-limited', retryAfterS }))

  // After whatever may still put another page in place of one.
  addPageCompression(app)

  const serves = (...services: Service[]) => isOwner || services.some((service) => listener.serves.has(service))
  const documentedRoutes = collectDocumentedRoutes(app)

  const options = { deps, front, refuse, limits, signIn }
  const management = { ...options, authenticate: isOwner ? asOwner : byCredentials(deps) }
  if (serves('ops')) await app.register(healthRoutes, deps)
  if (serves('ops') && deps.metrics !== undefined) await app.register(metricsRoutes, { metrics: deps.metrics })
  if (serves('staff') && !isOwner) await app.register(consoleAssetRoutes, options)
  if (serves('guest', 'api')) await app.register(guestRoutes, options)
  if (serves('guest')) await app.register(sessionRoutes, { ...options, publicUrlHost: listener.publicUrlHost })
  if (serves('staff') && !isOwner) await app.register(consoleRoutes, consoleOptions(options, listener))
  if (serves('api')) await app.register(apiRoutes, management)
  if (serves('api') && !isOwner) {
    const { publicUrl } = deps.installation
    await addReference(app, { routes: documentedRoutes, version: deps.version, publicUrl, refuse, limits })
  }
  if (isOwner) await app.register(ownerRoutes, management)
  await app.ready()
  return app
}
