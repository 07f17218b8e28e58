/** The one way to the API: typed by its table of routes, with the session's token on whatever changes something. */
import type { Api } from "./types.ts"

type Key = keyof Api
type Given<K extends Key> = (Api[K]["params"] extends Record<string, never>
  ? unknown
  : keyof Api[K]["params"] extends never
    ? unknown
    : { readonly params: Api[K]["params"] }) &
  (keyof Api[K]["query"] extends never ? unknown : { readonly query?: Api[K]["query"] }) &
  (Api[K]["body"] extends undefined ? unknown : { readonly body: Api[K]["body"] })

export type Answer<K extends Key> = Api[K]["answer"]

export interface Words {
  readonly vi: string
  readonly en: string
}

/** What the API refuses, with its own words in both languages; `error` is from a closed list, or `network`. */
export class Refused extends Error {
  override readonly name = "Refused"
  readonly error: string
  readonly words: Words
  readonly faults: readonly { readonly path: string; readonly expected: string }[]
  constructor(error: string, words: Words, faults: Refused["faults"] = []) {
    super(words.en)
    this.error = error
    this.words = words
    this.faults = faults
  }
}

const UNREACHABLE: Words = {
  vi: "Không kết nối được tới máy chủ. Đề nghị thử lại.",
  en: "The server cannot be reached. Please try again.",
}
/** Ms until a request is given up. */
const PATIENCE = 30_000
/** Of a report about a year. */
const LONG = 60_000

let csrf = ""

/** Known from the session's own answer. */
export function useToken(token: string): void {
  csrf = token
}

interface Loose {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>
  readonly body?: unknown
}

export interface Manner {
  /** The page asks by itself: it keeps no session awake. */
  readonly background?: boolean
  readonly signal?: AbortSignal
}

export async function ask<K extends Key>(key: K, given: Given<K>, manner: Manner = {}): Promise<Answer<K>> {
  const response = await send(key, given as Loose, manner)
  return (await response.json()) as Answer<K>
}

/** A file, to be saved by the browser under the name the server gives. */
export async function download<K extends Key>(key: K, given: Given<K>): Promise<void> {
  const response = await send(key, given as Loose, {})
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "congthu"
  const url = URL.createObjectURL(await response.blob())
  const link = Object.assign(document.createElement("a"), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}

async function send(key: string, { params = {}, query = {}, body }: Loose, manner: Manner): Promise<Response> {
  const [method = "GET", path = ""] = key.split(" ")
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") asked.set(name, String(value))
  }
  const search = asked.size === 0 ? "" : `?${asked}`
  const headers: Record<string, string> = {}
  if (method !== "GET") headers["x-csrf-token"] = csrf
  if (body !== undefined) headers["content-type"] = "application/json"
  if (manner.background === true) headers["x-background"] = "1"
  const response = await reach(`${filled}${search}`, {
    method,
    headers,
    credentials: "same-origin",
    signal: AbortSignal.any([
      AbortSignal.timeout(path.startsWith("/api/reports/") ? LONG : PATIENCE),
      ...(manner.signal ? [manner.signal] : []),
    ]),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw await refusalOf(response)
  return response
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted === true && error instanceof DOMException && error.name === "AbortError") throw error
    throw new Refused("network", UNREACHABLE)
  }
}

async function refusalOf(response: Response): Promise<Refused> {
  try {
    const told = (await response.json()) as { error: string; message: Words; faults?: Refused["faults"] }
    return new Refused(told.error, told.message, told.faults ?? [])
  } catch {
    return new Refused("network", UNREACHABLE)
  }
}
