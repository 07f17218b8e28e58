/** Pages for people without an account: plain HTML by the server, no script, no picture; mail-derived words pass one escape. */
import { createHash } from "node:crypto"
import type { Bilingual } from "../../mail/policy.ts"

const STYLE = `
body { margin: 0; background: #f5f6f8; color: #1b1f24; font: 1.0625rem/1.6 system-ui, sans-serif }
main { max-width: 40rem; margin: 0 auto; padding: 1.25rem; background: #fff; min-height: 100vh; box-sizing: border-box }
h1 { font-size: 1.5rem; line-height: 1.25 }
label, fieldset { display: block; margin: 1rem 0 }
input, select, textarea, button { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin-top: .25rem }
input[type=radio] { width: auto }
button { background: #0b57a4; color: #fff; border: 0; border-radius: .25rem; padding: .75rem; margin-top: 1rem }
small { opacity: .8 }
@media (prefers-color-scheme: dark) { body, main { background: #16191d; color: #e8eaed } }
`

/** The one style by its digest; forms go to ourselves alone. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ")

export function page(title: Bilingual, body: string): string {
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title.vi)} – ${escape(title.en)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title.vi)}<br><small lang="en">${escape(title.en)}</small></h1>
${body}
</main>
</body>
</html>
`
}

/** A paragraph in both languages. */
export function said({ vi, en }: Bilingual): string {
  return `<p>${escape(vi)}<br><small lang="en">${escape(en)}</small></p>`
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
