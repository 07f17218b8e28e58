/** What an ICAP server's answer says about what it was shown. There is no standard for this; the fields are those of the products. Pure. */
import type { Body, IcapResponse } from "./icap-response.ts"
import { printableAscii, type Scan } from "./scan.ts"

/** The server did not ask for the octets. */
export const nothingSeen = null

/** `sent` is what it was shown. */
export function judge({ status, headers, http }: IcapResponse, sent: Body | null): Scan {
  const infection = infectionOf(headers)
  if (infection !== null) return infection
  if (status === 204) return sent === nothingSeen ? declined() : { is: "clean" }
  if (status !== 200 && status !== 201) return { is: "failed", why: `status ${status}` }
  if (http === null || http.status === 0) return { is: "failed", why: "garbage" }
  // Our own answer comes back as it was: nothing was found. Anything else stands in its place.
  const isOurs =
    http.status === 200 &&
    (sent?.size === 0 ? (http.body?.size ?? 0) === 0 : sent !== null && http.body?.sha256 === sent.sha256)
  return isOurs ? { is: "clean" } : malicious("blocked")
}

function declined(): Scan {
  return { is: "unscannable", found: { kind: "unscannable", why: "not-examined" } }
}

function malicious(name: string): Scan {
  return { is: "malicious", found: { kind: "malware", name: printableAscii(name === "" ? "unnamed" : name) } }
}

function infectionOf(headers: IcapResponse["headers"]): Scan | null {
  // draft-stecher-icap-subid-00 §3.4: Type 0 a virus, 1 a rule of the server's own, 2 an archive it could not open.
  const found = headers.get("x-infection-found")
  if (found !== undefined) {
    const threat = /Threat\s*=\s*([^;]*)/i.exec(found)?.[1]?.trim() ?? ""
    if (/Type\s*=\s*2\b/i.test(found)) return { is: "unscannable", found: { kind: "unscannable", why: "container" } }
    return malicious(threat)
  }
  const virus = headers.get("x-virus-id") ?? headers.get("x-virus-name")
  if (virus !== undefined && !/^(?:no(?:ne)?|clean|-)?$/i.test(virus)) return malicious(virus.split("\n")[0] ?? "")
  // A count; then file, threat, number and resolution of each, a line each.
  const [count = "0", , threat = ""] = (headers.get("x-violations-found") ?? "0").split("\n")
  if (Number(count) !== 0) return malicious(threat)
  const blocked = headers.get("x-blocked") ?? headers.get("x-block-reason")
  return blocked === undefined || /^(?:0|no|false)$/i.test(blocked) ? null : malicious("blocked")
}
