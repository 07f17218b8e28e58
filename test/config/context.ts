/** What a policy of these tests may refer to. */
import type { PolicyContext } from "../../src/config/policy.ts"

export const CONTEXT: PolicyContext = {
  domains: ["tuyenquang.gov.vn"],
  webmail: new Map([
    ["google", true],
    ["yahoo", true],
    ["vietnam-isp", false],
  ]),
  notices: ["general", "webmail-out"],
  timezone: "Asia/Ho_Chi_Minh",
  now: Date.UTC(2026, 11, 15),
}
