/** The API's types for its own client, made of the same table as its documentation. Pure. */
import { z } from "zod"
import { openapi } from "./openapi.ts"
import type { Route } from "./route.ts"

interface Schema {
  readonly [key: string]: unknown
}

const HEAD = `/** The API as its client sees it. Made by \`npm run console:types\` from the table of routes; a test compares. */
/* eslint-disable */
`

/** `"GET /api/units"` → its input and its answer. */
export function typescript(routes: readonly Route[]): string {
  const { paths } = documentOf.parse(openapi(routes, ""))
  const entries = routes.map(({ method, path }) => {
    const operation = paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()]
    if (operation === undefined) throw new Error(`${method} ${path} is not in the document`)
    const { parameters, requestBody, responses } = operationOf.parse(operation)
    const of = (place: string): string => {
      const named = parameters.filter((one) => one.in === place)
      const fields = named.map((one) => `${key(one.name)}${one.required ? "" : "?"}: ${typeOf(one.schema)}`)
      return fields.length === 0 ? "{}" : `{ ${fields.join("; ")} }`
    }
    const body = requestBody === undefined ? "undefined" : typeOf(contentOf(requestBody.content))
    const answer = typeOf(contentOf(responses["200"]?.content ?? {}))
    return `  "${method} ${path}": {
    params: ${of("path")}
    query: ${of("query")}
    body: ${body}
    answer: ${answer}
  }`
  })
  return `${HEAD}export interface Api {\n${entries.join("\n")}\n}\n`
}

const schema = z.record(z.string(), z.unknown())
const media = z.record(z.string(), z.object({ schema }))
const documentOf = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
const operationOf = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema })),
  requestBody: z.object({ content: media }).optional(),
  responses: z.record(z.string(), z.object({ content: media.optional() })),
})

function contentOf(content: Readonly<Record<string, { readonly schema: Schema }>>): Schema {
  return content["application/json"]?.schema ?? { "x-download": true }
}

/** JSON Schema as zod writes it; what it cannot say stays unknown. */
function typeOf(one: Schema): string {
  if (one["x-download"] === true) return "Blob"
  if (Array.isArray(one["enum"])) return one["enum"].map((value) => JSON.stringify(value)).join(" | ")
  if ("const" in one) return JSON.stringify(one["const"])
  for (const union of ["anyOf", "oneOf"]) {
    const of = schemas.safeParse(one[union])
    if (of.success) return of.data.map((each) => typeOf(each)).join(" | ")
  }
  const all = schemas.safeParse(one["allOf"])
  if (all.success) return all.data.map((each) => `(${typeOf(each)})`).join(" & ")
  const types = z.array(z.string()).safeParse(one["type"])
  if (types.success) return types.data.map((type) => typeOf({ ...one, type })).join(" | ")
  switch (one["type"]) {
    case "string":
    case "boolean":
    case "null":
      return one["type"]
    case "number":
    case "integer":
      return "number"
    case "array":
      return arrayOf(one)
    case "object":
      return objectOf(one)
    default:
      return "unknown"
  }
}

const schemas = z.array(schema).min(1)

function arrayOf(one: Schema): string {
  const prefix = schemas.safeParse(one["prefixItems"])
  if (prefix.success) return `[${prefix.data.map((each) => typeOf(each)).join(", ")}]`
  const items = schema.safeParse(one["items"])
  return items.success ? `(${typeOf(items.data)})[]` : "unknown[]"
}

function objectOf(one: Schema): string {
  const { properties, required } = shapeOf.parse(one)
  const fields = Object.entries(properties).map(
    ([name, each]) => `${key(name)}${required.includes(name) ? "" : "?"}: ${typeOf(each)}`,
  )
  if (fields.length > 0) return `{ ${fields.join("; ")} }`
  const rest = schema.safeParse(one["additionalProperties"])
  return rest.success && Object.keys(rest.data).length > 0 ? `Record<string, ${typeOf(rest.data)}>` : "{}"
}

const shapeOf = z.object({
  properties: z.record(z.string(), schema).default({}),
  required: z.array(z.string()).default([]),
})

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)
}
