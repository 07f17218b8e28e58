/** Whoever is invited to the console after the first administrator, in a real browser. */
import type { Role } from "../../src/mail/people.ts"
import type { Seen } from "../support/browser.ts"
import { PASSWORD, secondStep } from "./entrance.ts"

interface Invited {
  readonly name: string
  readonly title: string
  readonly role: Role
}

/** An account at the top of the tree, made by whoever is logged in: the link to it. */
export async function invite({ page }: Seen, { name, title, role }: Invited): Promise<string> {
  return page.evaluate(
    async (asked) => {
      const { csrf, root } = (await (await fetch("/api/session")).json()) as { csrf: string; root: string }
      const grants = [{ role: asked.role, unit: root, deputy: false }]
      const made = await fetch("/api/people", {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrf-token": csrf },
        body: JSON.stringify({ name: asked.name, title: asked.title, mail: null, grants }),
      })
      return ((await made.json()) as { link: string }).link
    },
    { name, title, role },
  )
}

/** From the link to the overview. */
export async function join(seen: Seen, link: string): Promise<void> {
  const { page } = seen
  await page.goto(link)
  await page.getByLabel(/^Mật khẩu mới/).fill(`${PASSWORD}y`)
  await page.getByLabel("Nhập lại mật khẩu mới").fill(`${PASSWORD}y`)
  await page.getByRole("button", { name: "Tạo tài khoản" }).click()
  await secondStep(seen, `${PASSWORD}y`)
  await page.getByRole("heading", { name: "Tổng quan" }).waitFor()
}
