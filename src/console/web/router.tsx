/** The addresses of the pages. What the session lacks comes before every page but those that a link leads to. */
import { Button } from "@mantine/core"
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { useDoor } from "./api/session.tsx"
import { Nothing, Page } from "./parts/page.tsx"
import { Shell } from "./parts/shell.tsx"
import { AccountPage } from "./pages/account.tsx"
import { AppealsPage } from "./pages/appeals.tsx"
import { First, Join, Locked, Login, SecondFactor } from "./pages/door.tsx"
import { EnrolFirst } from "./pages/enrol.tsx"
import { HeldCasePage, HeldPage } from "./pages/held.tsx"
import { MessagePage } from "./pages/message.tsx"
import { MessagesPage, readSearch } from "./pages/messages.tsx"
import { OverviewPage } from "./pages/overview.tsx"
import { PasswordFirst } from "./pages/password.tsx"
import { PeoplePage } from "./pages/people.tsx"
import { QueuePage } from "./pages/queue.tsx"
import { UnitsPage } from "./pages/units.tsx"

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
const page = <P extends string>(path: P, component: () => React.ReactNode) =>
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
    page("/queue", QueuePage),
    page("/people", PeoplePage),
    page("/units", UnitsPage),
    lazily("/audit", () => import("./pages/audit.tsx"), "AuditPage"),
    lazily("/health", () => import("./pages/health.tsx"), "HealthPage"),
    page("/account", AccountPage),
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
