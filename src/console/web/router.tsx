/** The addresses of the pages. What the session lacks comes before every page but those that a link leads to. */
import { Button } from "@mantine/core"
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  type RouteComponent,
} from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { useDoor } from "./api/session.tsx"
import { Nothing, Page } from "./parts/page.tsx"
import { Shell } from "./parts/shell.tsx"
import { AppealsPage } from "./pages/appeals.tsx"
import { First, Join, Locked, Login, SecondFactor } from "./pages/door.tsx"
import { EnrolFirst } from "./pages/enrol.tsx"
import { HeldCasePage, HeldPage } from "./pages/held.tsx"
import { MessagePage } from "./pages/message.tsx"
import { MessagesPage, readSearch } from "./pages/messages.tsx"
import { OverviewPage } from "./pages/overview.tsx"
import { PasswordFirst } from "./pages/password.tsx"
import { readPolicySearch } from "./policy/tabs.ts"

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
      return <PasswordFirst />
    case "enrol-first":
      return <EnrolFirst />
    default:
      return session.state satisfies never
  }
}

function Missing() {
  const { t } = useTranslation()
  return (
    <Page title={t("missing.title")}>
      <Nothing>{t("missing.hint")}</Nothing>
    </Page>
  )
}

function Broken() {
  const { t } = useTranslation()
  return (
    <Page title={t("broken.title")}>
      <Nothing>{t("broken.hint")}</Nothing>
      <Button component={Link} to="/" reloadDocument w="fit-content">
        {t("nav.overview")}
      </Button>
    </Page>
  )
}

const root = createRootRoute({ notFoundComponent: Missing })
const behind = createRoute({ getParentRoute: () => root, id: "behind", component: Behind })
const page = <P extends string>(path: P, component: RouteComponent) =>
  createRoute({ getParentRoute: () => behind, path, component })

/** Pages that few open come when they are asked for. */
const lazily = <P extends string, N extends string>(
  path: P,
  load: () => Promise<Readonly<Record<N, () => React.ReactNode>>>,
  name: N,
) => createRoute({ getParentRoute: () => behind, path, component: lazyRouteComponent(load, name) })

const tree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: "/first/$token", component: First }),
  createRoute({ getParentRoute: () => root, path: "/join/$token", component: Join }),
  behind.addChildren([
    page("/", OverviewPage),
    createRoute({
      getParentRoute: () => behind,
      path: "/messages",
      validateSearch: readSearch,
      component: MessagesPage,
    }),
    page("/messages/$code", MessagePage),
    page("/held", HeldPage),
    page("/held/$code", HeldCasePage),
    page("/appeals", AppealsPage),
    // Where the links of notices lead.
    page("/appeals/$code", AppealsPage),
    lazily("/reports", () => import("./pages/reports.tsx"), "ReportsPage"),
    page(
      "/queue",
      lazyRouteComponent(() => import("./pages/queue.tsx"), "QueuePage"),
    ),
    createRoute({
      getParentRoute: () => behind,
      path: "/policy",
      validateSearch: readPolicySearch,
      // Loaded when somebody goes there: most never do.
      component: lazyRouteComponent(() => import("./pages/policy.tsx"), "PolicyPage"),
    }),
    page(
      "/people",
      lazyRouteComponent(() => import("./pages/people.tsx"), "PeoplePage"),
    ),
    page(
      "/exceptions",
      lazyRouteComponent(() => import("./pages/exceptions.tsx"), "ExceptionsPage"),
    ),
    page(
      "/units",
      lazyRouteComponent(() => import("./pages/units.tsx"), "UnitsPage"),
    ),
    page(
      "/notices",
      lazyRouteComponent(() => import("./pages/notices.tsx"), "NoticesPage"),
    ),
    page(
      "/notices/$name",
      lazyRouteComponent(() => import("./pages/notices.tsx"), "NoticePage"),
    ),
    lazily("/audit", () => import("./pages/audit.tsx"), "AuditPage"),
    lazily("/health", () => import("./pages/health.tsx"), "HealthPage"),
    page(
      "/account",
      lazyRouteComponent(() => import("./pages/account.tsx"), "AccountPage"),
    ),
    createRoute({
      getParentRoute: () => behind,
      path: "/setup",
      component: lazyRouteComponent(() => import("./pages/setup.tsx"), "SetupPage"),
    }),
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
