/** The table of all routes of the API. */
import type { Hands } from "./hands.ts"
import type { Route } from "./route.ts"
import { accountRoutes } from "./routes/account.ts"
import { peopleRoutes } from "./routes/people.ts"
import { sessionRoutes } from "./routes/session.ts"
import { systemRoutes } from "./routes/system.ts"

export function routesOf(hands: Hands): readonly Route[] {
  return [sessionRoutes, accountRoutes, peopleRoutes, systemRoutes].flatMap((made) => made(hands))
}
