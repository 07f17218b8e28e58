/** The addresses of the pages. What the session lacks comes before every page but those that a link leads to. */
import { Box, Button } from "@mantine/core"
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  type RouteComponent,
} from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { useDoor } from "./api/session.tsx"
import { readSearch } from "./parts/message-search.ts"
import { Nothing, Page } from "./parts/page.tsx"
import { Shell } from "./parts/shell.tsx"
import { First, Join, Locked, Login, SecondFactor } from "./pages/door.tsx"
import { OverviewPage } from "./pages/overview.tsx"
import { readPolicySearch } from "./policy/tabs.ts"

/** What few see, and only once. */
const PasswordFirst = lazy(async () => ({ default: (await import("./pages/password.tsx")).PasswordFirst }))
const EnrolFirst = lazy(async () => ({ default: (await import("./pages/enrol.tsx")).EnrolFirst }))

function Behind() {
  const { session } = useDoor()
  if (session === null) return <Login />
  switch (session.state) {
    case "open":
      return <Shell />
    case "second-factor":
      return <SecondFactor />
    case "locked":
      return <Locked />
    case "password-first":
      return (
        <Suspense>
          <PasswordFirst />
        </Suspense>
      )
    case "enrol-first":
      return (
        <Suspense>
          <EnrolFirst />
        </Suspense>
      )
    default:
      return session.state satisfies never
  }
}

function Missing() {
  const { t } = useTranslation()
  return (
    <Box component="main" p="md">
      <Page title={t("missing.title")}>
        <Nothing>{t("missing.hint")}</Nothing>
        <Button component={Link} to="/" w="fit-content">
          {t("nav.overview")}
        </Button>
      </Page>
    </Box>
  )
}

function Broken() {
  const { t } = useTranslation()
  return (
    <Box component="main" p="md">
      <Page title={t("broken.title")}>
        <Nothing>{t("broken.hint")}</Nothing>
        <Button component={Link} to="/" reloadDocument w="fit-content">
          {t("nav.overview")}
        </Button>
      </Page>
    </Box>
  )
}

const root = createRootRoute({ notFoundComponent: Missing })
const behind = createRoute({ getParentRoute: () => root, id: "behind", component: Behind })
const page = <P extends string>(path: P, component: RouteComponent) =>
  createRoute({ getParentRoute: () => behind, path, component })

/** Comes when it is asked for: the first load is what everybody waits for. */
const lazily = <P extends string, N extends string>(
  path: P,
  load: () => Promise<Readonly<Record<N, () => React.ReactNode>>>,
  name: N,
) => page(path, lazyRouteComponent(load, name))

const tree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: "/first/$token", component: First }),
  createRoute({ getParentRoute: () => root, path: "/join/$token", component: Join }),
  behind.addChildren([
    page("/", OverviewPage),
    createRoute({
      getParentRoute: () => behind,
      path: "/messages",
      validateSearch: readSearch,
      component: lazyRouteComponent(() => import("./pages/messages.tsx"), "MessagesPage"),
    }),
    lazily("/messages/$code", () => import("./pages/message.tsx"), "MessagePage"),
    lazily("/held", () => import("./pages/held.tsx"), "HeldPage"),
    lazily("/held/$code", () => import("./pages/held.tsx"), "HeldCasePage"),
    lazily("/appeals", () => import("./pages/appeals.tsx"), "AppealsPage"),
    // Where the links of notices lead.
    lazily("/appeals/$code", () => import("./pages/appeals.tsx"), "AppealsPage"),
    lazily("/reports", () => import("./pages/reports.tsx"), "ReportsPage"),
    lazily("/queue", () => import("./pages/queue.tsx"), "QueuePage"),
    createRoute({
      getParentRoute: () => behind,
      path: "/policy",
      validateSearch: readPolicySearch,
      component: lazyRouteComponent(() => import("./pages/policy.tsx"), "PolicyPage"),
    }),
    lazily("/people", () => import("./pages/people.tsx"), "PeoplePage"),
    lazily("/exceptions", () => import("./pages/exceptions.tsx"), "ExceptionsPage"),
    lazily("/units", () => import("./pages/units.tsx"), "UnitsPage"),
    lazily("/notices", () => import("./pages/notices.tsx"), "NoticesPage"),
    lazily("/notices/$name", () => import("./pages/notices.tsx"), "NoticePage"),
    lazily("/audit", () => import("./pages/audit.tsx"), "AuditPage"),
    lazily("/health", () => import("./pages/health.tsx"), "HealthPage"),
    lazily("/account", () => import("./pages/account.tsx"), "AccountPage"),
    lazily("/setup", () => import("./pages/setup.tsx"), "SetupPage"),
  ]),
])

export const router = createRouter({
  routeTree: tree,
  defaultNotFoundComponent: Missing,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
})

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router
  }
}
