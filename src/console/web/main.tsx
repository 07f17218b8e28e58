/** The console begins: words, colours, queries, session, pages. */
import "@mantine/core/styles.css"
import "@mantine/notifications/styles.css"
import "./console.css"
import { Badge, createTheme, Loader, MantineProvider, NavLink } from "@mantine/core"
import { Notifications } from "@mantine/notifications"
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { Refused } from "./api/client.ts"
import { isSessionRefusal, SessionDoor } from "./api/session.tsx"
import { tellFailure } from "./parts/tell.tsx"
import { router } from "./router.tsx"
import { startWords } from "./words/words.ts"

const theme = createTheme({
  respectReducedMotion: true,
  primaryColor: "blue",
  primaryShade: { light: 8, dark: 8 },
  fontFamily: '"Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  defaultRadius: "md",
  focusRing: "auto",
  // A dot beside words in the text's own colour: light tints are too pale to read.
  components: {
    Badge: Badge.extend({ defaultProps: { variant: "dot", tt: "none", fw: 500 } }),
    NavLink: NavLink.extend({ defaultProps: { variant: "filled" } }),
  },
})

/** For styles that the page makes while it runs; this is the name under which some packages look for it. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ""
Object.assign(globalThis, { __webpack_nonce__: nonce })

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: lookAgain }),
  mutationCache: new MutationCache({
    onError: (error, _given, _context, _result, mutation) => {
      lookAgain(error)
      // Where the page shows the fault in its place, it is not told twice.
      if (!isSessionRefusal(error) && mutation.meta?.["toldInPlace"] !== true) tellFailure(error)
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      // What the API refused it refuses again.
      retry: (failures, error) => failures < 2 && (!(error instanceof Refused) || error.error === "network"),
    },
    mutations: { retry: false },
  },
})

/** A request that was told of the session lets the door ask what is the matter. */
function lookAgain(error: unknown): void {
  if (isSessionRefusal(error)) void client.invalidateQueries({ queryKey: ["session"] })
}

await startWords()
const root = document.getElementById("root")
if (root === null) throw new Error("the page has no root")
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" autoClose={6_000} />
      <QueryClientProvider client={client}>
        <SessionDoor waiting={<Loader m="xl" aria-label="…" />}>
          <RouterProvider router={router} />
        </SessionDoor>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
