// The border map: who may import whom. package.json `imports` names the borders, this holds the law.
// How Node is set up for TypeScript: what starts a program or a thread needs it, wherever it lies.
const RUNTIME = '^gateway/runtime/(typescript[.]mjs|short-lived-map[.]ts)$'
/** What everybody may know of the contract: ids, and facts that both ends know without reading a message. */
const FACTS = '^protocol/(ids|limits)[.]ts$'
const outside = (folder, allowed) => ({
  from: { path: `^${folder}` },
  to: { path: '^(gateway|broker|firmware-sim|protocol|test)/', pathNot: [`^${folder}`, RUNTIME, ...allowed] },
})
const rule = (name, comment, parts) => ({ name, comment, severity: 'error', ...parts })

export default {
  forbidden: [
    rule('no-cycles', 'a cycle hides which file owns an idea', {
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    }),
    rule('no-unresolved', 'every import must exist', { from: {}, to: { couldNotResolve: true } }),
    rule('protocol-is-pure', 'the contract imports nothing of ours', outside('protocol/', [])),
    rule('protocol-does-no-io', 'the contract does no I/O', {
      from: { path: '^protocol/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    }),
    rule(
      'domain-knows-ids-only',
      'the domain knows the ids of the contract and nothing outside',
      outside('gateway/domain/', [FACTS]),
    ),
    rule('domain-does-no-io', 'no library that does I/O in the domain', {
      from: { path: '^gateway/domain/' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: '^(node:)?crypto$' },
    }),
    rule(
      'store-serves-the-domain',
      'the store never sees http or the link',
      outside('gateway/store/', ['^gateway/domain/', FACTS]),
    ),
    rule(
      'http-serves-the-domain',
      'http never sees the store or the link',
      outside('gateway/http/', ['^gateway/domain/', FACTS]),
    ),
    rule(
      'lock-link-speaks-the-protocol',
      'the link never sees http or the store',
      outside('gateway/lock-link/', ['^gateway/domain/', '^protocol/']),
    ),
    rule('broker-stands-alone', 'the broker knows the topics, not the gateway', outside('broker/', ['^protocol/'])),
    rule('simulator-shares-the-contract-only', 'both ends share bytes and schemas, never judgement', {
      from: { path: '^firmware-sim/', pathNot: '^firmware-sim/demo/' },
      to: { path: '^(gateway|broker|test)/', pathNot: RUNTIME },
    }),
    rule('main-wires', 'only entry points and tests import the wiring', {
      from: { path: '^(gateway/(domain|http|store|lock-link)|broker|protocol)/' },
      to: { path: '^gateway/(main|gateway)[.]ts$' },
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
    exclude: { path: '^node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
}
