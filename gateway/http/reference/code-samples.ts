import { PARAMETERS } from './examples.ts'

/** One operation, as much as a program needs to know of it. */
export interface SampledOperation {
  readonly method: string
  readonly path: string
  readonly needsKey: boolean
  readonly body: unknown
}

interface Sample {
  readonly lang: string
  readonly label: string
  readonly source: string
}

const BASE = 'http://127.0.0.1:8080'

/** The same call in five languages; the base URL and the API key are for the reader to put in. */
export function codeSamples(operation: SampledOperation): readonly Sample[] {
  const url = `${BASE}${operation.path.replace(/\{(\w+)\}/g, (_, name: string) => String(PARAMETERS[name] ?? name))}`
  const call = { ...operation, url, json: operation.body === undefined ? null : JSON.stringify(operation.body) }
  return [
    { lang: 'Shell', label: 'curl', source: curl(call) },
    { lang: 'Python', label: 'Python', source: python(call) },
    { lang: 'JavaScript', label: 'JavaScript', source: javascript(call) },
    { lang: 'Go', label: 'Go', source: go(call) },
    { lang: 'Ruby', label: 'Ruby', source: ruby(call) },
  ]
}

type Call = SampledOperation & { readonly url: string; readonly json: string | null }

function curl({ method, url, needsKey, json }: Call): string {
  return [
    ['curl', '-L', ...curlMethod(method, json)].join(' '),
    ...(needsKey ? ['-H "X-API-Key: $LATCHKEY_API_KEY"'] : []),
    ...(json === null ? [] : ["-H 'Content-Type: application/json'", `-d '${json}'`]),
    `'${url}'`,
  ].join(' \\\n  ')
}

/** Not `-X POST`: it would keep POST on the way back from a 303. */
function curlMethod(method: string, json: string | null): readonly string[] {
  if (method === 'GET' || (method === 'POST' && json !== null)) return []
  return method === 'POST' ? ['-d', "''"] : ['-X', method]
}

function python({ method, url, needsKey, json }: Call): string {
  const headers = [
    ...(needsKey ? ['"X-API-Key": os.environ["LATCHKEY_API_KEY"]'] : []),
    ...(json === null ? [] : ['"Content-Type": "application/json"']),
  ]
  return [
    ...(needsKey ? ['import os', ''] : []),
    'import requests',
    '',
    'answer = requests.request(',
    `    "${method}",`,
    `    "${url}",`,
    ...(headers.length === 0 ? [] : [`    headers={${headers.join(', ')}},`]),
    ...(json === null ? [] : [`    data=${JSON.stringify(json)},`]),
    ')',
    'print(answer.status_code, answer.json())',
  ].join('\n')
}

function javascript({ method, url, needsKey, json }: Call): string {
  const headers = [
    ...(needsKey ? ["'X-API-Key': process.env.LATCHKEY_API_KEY"] : []),
    ...(json === null ? [] : ["'Content-Type': 'application/json'"]),
  ]
  return [
    `const answer = await fetch('${url}', {`,
    `  method: '${method}',`,
    ...(headers.length === 0 ? [] : [`  headers: { ${headers.join(', ')} },`]),
    ...(json === null ? [] : [`  body: JSON.stringify(${json}),`]),
    '})',
    'console.log(answer.status, await answer.json())',
  ].join('\n')
}

function go({ method, url, needsKey, json }: Call): string {
  const body = json === null ? 'nil' : `strings.NewReader(\`${json}\`)`
  const imports = ['fmt', 'io', 'net/http', ...(needsKey ? ['os'] : []), ...(json === null ? [] : ['strings'])]
  return [
    'package main',
    '',
    'import (',
    ...imports.map((name) => `\t"${name}"`),
    ')',
    '',
    'func main() {',
    `\trequest, err := http.NewRequest("${method}", "${url}", ${body})`,
    '\tif err != nil {',
    '\t\tpanic(err)',
    '\t}',
    ...(needsKey ? ['\trequest.Header.Set("X-API-Key", os.Getenv("LATCHKEY_API_KEY"))'] : []),
    ...(json === null ? [] : ['\trequest.Header.Set("Content-Type", "application/json")']),
    '\tanswer, err := http.DefaultClient.Do(request)',
    '\tif err != nil {',
    '\t\tpanic(err)',
    '\t}',
    '\tdefer answer.Body.Close()',
    '\ttext, _ := io.ReadAll(answer.Body)',
    '\tfmt.Println(answer.StatusCode, string(text))',
    '}',
  ].join('\n')
}

function ruby({ method, url, needsKey, json }: Call): string {
  const kind = `${method.charAt(0)}${method.slice(1).toLowerCase()}`
  return [
    "require 'net/http'",
    '',
    `uri = URI('${url}')`,
    `request = Net::HTTP::${kind}.new(uri)`,
    ...(needsKey ? ["request['X-API-Key'] = ENV.fetch('LATCHKEY_API_KEY')"] : []),
    ...(json === null ? [] : ["request['Content-Type'] = 'application/json'", `request.body = '${json}'`]),
    'answer = Net::HTTP.start(uri.host, uri.port) { |http| http.request(request) }',
    'puts answer.code, answer.body',
  ].join('\n')
}
