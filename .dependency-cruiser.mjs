// The border map: who may import whom, type imports included. package.json `imports` names the borders, this holds the law;
// docs/architecture.md tells the reason of each arrow. test/borders.test.ts shows that each law is kept.

/** What everybody may know of the contract: ids, and facts that both ends know without reading a message. */
const FACTS = '^protocol/(ids|limits)[.]ts$'
/** How Node is set up for TypeScript: what starts a program or a thread needs it, wherever it lies. */
const TYPESCRIPT = '^gateway/runtime/typescript[.]mjs$'
/** Does better than a Map with entries that live for milliseconds. */
const SHORT_LIVED = '^gateway/runtime/short-lived-map[.]ts$'
/** What others may know of http: what a listener serves and how it is asked, never a route. */
const HTTP_CONTRACT = '^gateway/http/contract/http-deps[.]ts$'

/** What each folder may import of ours besides itself. A folder under gateway/ that does not stand here may not be. */
const MAY = {
  'protocol/': [],
  'broker/': ['^protocol/'],
  'gateway/domain/': [FACTS],
  'gateway/store/': ['^gateway/domain/', FACTS, TYPESCRIPT, SHORT_LIVED],
  'gateway/lock-link/': ['^gateway/domain/', '^protocol/', SHORT_LIVED],
  'gateway/http/': ['^gateway/domain/', FACTS],
  'gateway/pictures/': ['^gateway/domain/pictures/', TYPESCRIPT],
  'gateway/notify/': ['^gateway/(domain|runtime)/', '^gateway/config/alarms-config[.]ts$'],
  'gateway/config/': [
    '^gateway/domain/(openings/opening-limits|locks/prepared-locks)[.]ts$',
    HTTP_CONTRACT,
    '^gateway/http/(auth/algorithms|words/language-codes)[.]ts$',
    FACTS,
  ],
  'gateway/runtime/': ['^gateway/domain/time/(clock|zone)[.]ts$'],
  'gateway/public-keys/': [],
  'gateway/metrics/': ['^gateway/domain/', '^broker/broker-counters[.]ts$'],
  'gateway/site/': [
    ...['^gateway/(domain|runtime)/', HTTP_CONTRACT, '^gateway/http/auth/token-verifier[.]ts$'],
    ...['^gateway/http/front/front[.]ts$', '^gateway/store/(open-store|file/owner-lock)[.]ts$'],
    ...['^broker/access/lock-password[.]ts$', '^protocol/(ids|topics)[.]ts$'],
    '^gateway/public-keys/',
  ],
  'gateway/owner/': [
    ...['^gateway/(domain|runtime|site|config)/', '^gateway/cli/context[.]ts$', HTTP_CONTRACT],
    ...['^gateway/http/(app|front/arrivals)[.]ts$', '^gateway/store/open-store[.]ts$'],
    '^gateway/lock-link/absent-lock-link[.]ts$',
    '^gateway/(pictures/picture-apart|notify/(open-receivers|receivers))[.]ts$',
  ],
  'gateway/doctor/': [
    ...['^gateway/(config|runtime|site)/', '^gateway/cli/context[.]ts$', '^gateway/store/file/quick-check[.]ts$'],
    '^gateway/(pictures/read-picture-file|notify/(open-receivers|heartbeat-call))[.]ts$',
  ],
  'gateway/cli/': [
    ...[
      '^gateway/config/',
      '^gateway/domain/(access/(caller|roles)|temp-keys/(temp-key|pasted-key|key-message))[.]ts$',
      '^protocol/',
    ],
    ...[
      '^gateway/domain/events/log-entry[.]ts$',
      '^gateway/domain/time/zone[.]ts$',
      '^gateway/runtime/site-zone[.]ts$',
    ],
    ...['^broker/(mosquitto-files|access/lock-password)[.]ts$', '^gateway/public-keys/read-public-key[.]ts$'],
  ],
  // What starts wires everything, part by part, and nothing else is wired by it.
  'gateway/wiring/': ['^gateway/[^/]+/', '^broker/embedded-broker[.]ts$', FACTS],
  'gateway/[^/]+$': ['^gateway/', '^broker/embedded-broker[.]ts$', FACTS],
  // Both ends of the wire share bytes and schemas, never judgement; the demo starts a whole gateway beside its locks.
  'firmware-sim/(?!demo/)': ['^protocol/', TYPESCRIPT, '^firmware-sim/'],
  'firmware-sim/demo/': ['^gateway/', '^protocol/', '^firmware-sim/'],
}

const rule = (name, comment, parts) => ({ name, comment, severity: 'error', ...parts })
const slug = (folder) =>
  folder
    .replace('(?!demo/)', '')
    .replaceAll(/[^a-z]+/g, '-')
    .replace(/-$/, '')
const OURS = '^(gateway|broker|firmware-sim|protocol|test)/'

export default {
  forbidden: [
    rule('no-cycles', 'a cycle hides which file owns an idea, and one of types alone does so too', {
      from: {},
      to: { circular: true },
    }),
    rule('no-unresolved', 'every import must exist', { from: {}, to: { couldNotResolve: true } }),
    ...Object.entries(MAY).map(([folder, allowed]) =>
      rule(`borders-of-${slug(folder)}`, `see MAY in this file for what ${folder} may import`, {
        from: { path: `^${folder}` },
        to: { path: OURS, pathNot: [`^${folder}`, ...allowed] },
      }),
    ),
    rule('every-folder-is-ruled', 'a folder has no arrows before they stand in MAY', {
      from: {
        path: '^(gateway|broker|firmware-sim|protocol)/',
        pathNot: Object.keys(MAY).map((folder) => `^${folder}`),
      },
      to: {},
    }),
    rule('nothing-imports-what-starts', 'only what starts a program, a demo and tests import the wiring', {
      from: { path: '^(gateway/[^/]+/|broker/|protocol/)', pathNot: '^gateway/wiring/' },
      to: { path: '^gateway/([^/]+$|wiring/)' },
    }),
    rule('parts-of-the-wiring-know-not-their-whole', 'what starts asks the parts, and no part asks what starts', {
      from: { path: '^gateway/wiring/' },
      to: { path: '^gateway/[^/]+$' },
    }),
    rule('judgement-does-no-io', 'no library that does I/O in the domain or the contract', {
      from: { path: '^(gateway/domain|protocol)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    }),
    rule('the-domain-needs-no-library', 'the rules of a door are ours', {
      from: { path: '^gateway/domain/' },
      to: { dependencyTypes: ['npm'] },
    }),
    rule('tables-know-no-judgement', 'statements of a table are called by jobs, and call none', {
      from: { path: '^gateway/store/tables/' },
      to: { path: '^gateway/store/(jobs|writer)/' },
    }),
    rule('jobs-know-no-thread', 'a job runs inside a transaction, whoever runs it', {
      from: { path: '^gateway/store/jobs/' },
      to: { path: '^gateway/store/(writer|memory)/' },
    }),
    rule('product-knows-no-test', 'nothing in the product knows that it is under test', {
      from: { path: '^(gateway|broker|firmware-sim|protocol)/' },
      to: { path: '^test/' },
    }),
    rule('no-dev-dependency-in-the-product', 'what runs at a door is a dependency, not a devDependency', {
      from: { path: '^(gateway|broker|protocol|firmware-sim)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
}
