/** The table of all routes of the API. */
import type { Hands } from "./hands.ts"
import type { Route } from "./route.ts"
import { accountRoutes } from "./routes/account.ts"
import { appealRoutes } from "./routes/appeals.ts"
import { auditRoutes } from "./routes/audit.ts"
import { exceptionRoutes } from "./routes/exceptions.ts"
import { figureRoutes } from "./routes/figures.ts"
import { heldRoutes } from "./routes/held.ts"
import { messageRoutes } from "./routes/messages.ts"
import { noticeRoutes } from "./routes/notices.ts"
import { peopleRoutes } from "./routes/people.ts"
import { policyRoutes } from "./routes/policy.ts"
import { policyDeskRoutes } from "./routes/policy-desk.ts"
import { policyProofRoutes } from "./routes/policy-proof.ts"
import { queueRoutes } from "./routes/queue.ts"
import { readingRoutes } from "./routes/reading.ts"
import { reportRoutes } from "./routes/reports.ts"
import { passkeyRoutes } from "./routes/passkeys.ts"
import { doorsOf, sessionRoutes } from "./routes/session.ts"
import { setupRoutes } from "./routes/setup.ts"
import { systemRoutes } from "./routes/system.ts"
import { unitRoutes } from "./routes/units.ts"

export function routesOf(hands: Hands): readonly Route[] {
  const doors = doorsOf(hands)
  return [
    (made: Hands) => sessionRoutes(made, doors),
    (made: Hands) => accountRoutes(made, doors),
    (made: Hands) => passkeyRoutes(made, doors),
    peopleRoutes,
    systemRoutes,
    setupRoutes,
    messageRoutes,
    readingRoutes,
    figureRoutes,
    reportRoutes,
    queueRoutes,
    heldRoutes,
    appealRoutes,
    noticeRoutes,
    policyRoutes,
    policyProofRoutes,
    exceptionRoutes,
    unitRoutes,
    auditRoutes,
    policyDeskRoutes,
  ].flatMap((made) => made(hands))
}
