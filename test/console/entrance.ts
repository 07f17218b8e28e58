/** The first administrator's way into the console, in a browser, as every story begins. */
import assert from "node:assert/strict"
import { stepAt, totp } from "../../src/console/api/totp.ts"
import type { Seen } from "../support/browser.ts"
import type { Gateway } from "../support/gateway.ts"

export const PASSWORD = "Suối Lê-Nin 2026!"
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** What an authenticator shows for the key that was typed into it. RFC 4648 §6, RFC 6238. */
export function codeFor(typed: string): string {
  const bits = Array.from(typed.replaceAll(" ", ""), (letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0"))
  const octets = bits.join("").match(/.{8}/g) ?? []
  return totp(Buffer.from(octets.map((octet) => Number.parseInt(octet, 2))), stepAt(Date.now()))
}

/** From the link printed at start to the overview. */
export async function comeIn(gateway: Gateway, { page, accessible, picture }: Seen): Promise<void> {
  await page.goto(firstLink(gateway))
  await page.getByLabel("Tên đăng nhập").fill("quantri")
  await page.getByLabel("Họ và tên").fill("Nguyễn Văn An")
  await page.getByLabel(/^Mật khẩu mới/).fill(PASSWORD)
  await page.getByLabel("Nhập lại mật khẩu mới").fill(PASSWORD)
  await accessible()
  await picture("first-administrator")
  await page.getByRole("button", { name: "Tạo tài khoản" }).click()

  await secondStep({ page, accessible, picture })
  await page.getByRole("heading", { name: "Tổng quan" }).waitFor()
}

export async function secondStep(
  { page, accessible, picture }: Pick<Seen, "page" | "accessible" | "picture">,
  password = PASSWORD,
): Promise<void> {
  await page.getByText("Nhập mật khẩu để bắt đầu").waitFor()
  await page
    .getByLabel(/^Mật khẩu/)
    .first()
    .fill(password)
  await page.getByRole("button", { name: "Bắt đầu" }).click()
  const key = await page.locator("pre.mono").innerText()
  await accessible()
  await picture("second-step")
  await page.getByLabel("Nhập mã 6 số").fill(codeFor(key))
  await page.getByRole("button", { name: "Hoàn tất" }).click()
  await page.getByLabel("Tôi đã cất các mã này").check()
  await accessible()
  await page.getByRole("button", { name: "Hoàn tất" }).click()
}

export function firstLink(gateway: Gateway): string {
  const link = /(http:\/\/\S+\/first\/\S+)/.exec(gateway.stderr())?.[1]
  assert.ok(link !== undefined, "no link was printed")
  return link
}
