/** A letter of ours as its reader sees it: a page of its own without scripts, origin or network. */
import { useMemo } from "react"

/** Letters are written for a white page, whatever colours the console has. */
const PAPER = "html{color-scheme:light;background:#fff;color:#111}body{margin:8px}"

interface LetterProps {
  readonly title: string
  readonly html: string
}

export function Letter({ title, html }: LetterProps) {
  const page = useMemo(() => withSheet(html), [html])
  return <iframe title={title} sandbox="" srcDoc={page} className="letter" />
}

/** Mail bears its styles at each element; the frame takes over this page's policy, which lets only sheets with its nonce in. */
function withSheet(html: string): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ""
  // Out of the way before anything parses it: the policy holds for what is only looked at, too.
  const parsed = new DOMParser().parseFromString(html.replaceAll(' style="', ' data-style="'), "text/html")
  const rules = [PAPER]
  for (const [at, element] of [...parsed.querySelectorAll("[data-style]")].entries()) {
    rules.push(`.own-${at}{${element.getAttribute("data-style") ?? ""}}`)
    element.classList.add(`own-${at}`)
    element.removeAttribute("data-style")
  }
  for (const sheet of parsed.querySelectorAll("style")) {
    rules.push(sheet.textContent)
    sheet.remove()
  }
  const sheet = parsed.createElement("style")
  sheet.setAttribute("nonce", nonce)
  sheet.textContent = rules.join("\n")
  parsed.head.append(sheet)
  return `<!doctype html>${parsed.documentElement.outerHTML}`
}
