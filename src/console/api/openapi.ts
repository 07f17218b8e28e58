/** The API's documentation, made of the table of routes. OpenAPI 3.1. Pure. */
import { z } from "zod"
import { faultSchema, type Route } from "./route.ts"

type Schema = Readonly<Record<string, unknown>>

export function openapi(routes: readonly Route[], title: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}")
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: "3.1.0",
    info: { title, version: "1" },
    paths,
    components: {
      schemas: { Fault: jsonSchema(faultSchema, "output") },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "__Host-congthu" },
        csrf: { type: "apiKey", in: "header", name: "x-csrf-token" },
      },
    },
  }
}

function operation(route: Route): Schema {
  const { access, method, answer } = route
  const isOpen = access.who === "anyone"
  const roles = typeof access.who === "string" ? access.who : access.who.join(", ")
  const within = typeof access.who === "string" ? "" : access.within === "root" ? " (root unit)" : " (own units)"
  const faults = ["400", ...(isOpen ? [] : ["401", "403"]), "429"]
  const fault = { description: "Fault", content: content("application/json", { $ref: "#/components/schemas/Fault" }) }
  return {
    tags: [route.tag],
    summary: `${route.summary.vi} / ${route.summary.en}`,
    description: `Access: ${roles}${within}`,
    "x-access": access,
    ...(isOpen ? {} : { security: [method === "GET" ? { session: [] } : { session: [], csrf: [] }] }),
    parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query")],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: content("application/json", jsonSchema(route.body, "input")) } }),
    responses: {
      "200": {
        description: "OK",
        content:
          answer === "download"
            ? content("application/octet-stream", { type: "string", format: "binary" })
            : content("application/json", jsonSchema(answer, "output")),
      },
      ...Object.fromEntries(faults.map((status) => [status, fault])),
    },
  }
}

function content(type: string, schema: Schema): Schema {
  return { [type]: { schema } }
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query"): readonly Schema[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = shapeOf.parse(jsonSchema(schema, "input"))
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: one,
  }))
}

const shapeOf = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  required: z.array(z.string()).optional(),
})

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" })
  return rest
}
