/** The session's cookie: host-only, unseen by scripts, never sent by other sites. RFC 6265bis, ASVS 3.3. */
import type { Millis } from "../../mail/transaction.ts"

/** `__Host-` binds it to this host over TLS; without TLS browsers would not take it. */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith("https:") ? "__Host-congthu" : "congthu"
}

export function setCookie(publicUrl: string, secret: string, span: Millis): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : ""
  return `${cookieName(publicUrl)}=${secret}; Path=/; Max-Age=${Math.floor(span / 1_000)}; HttpOnly; SameSite=Strict${secure}`
}

export function clearCookie(publicUrl: string): string {
  return setCookie(publicUrl, "", 0)
}

/** Null: there is none, or two, of which one would be somebody else's. */
export function readCookie(publicUrl: string, header: string | undefined): string | null {
  const name = cookieName(publicUrl)
  const found = (header ?? "")
    .split(";")
    .map((pair) => pair.trim().split("="))
    .filter(([key]) => key === name)
  const [, value = ""] = found[0] ?? []
  return found.length === 1 && /^[\w-]{43}$/.test(value) ? value : null
}
