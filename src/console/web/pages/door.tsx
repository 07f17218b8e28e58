/** In front of the pages: logging in, the second step, a locked session, the first link and invitations. */
import { Alert, Anchor, Button, Stack, Text, TextInput } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useNavigate, useParams } from "@tanstack/react-router"
import { type FormEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { ask, Refused } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Frame } from "../parts/frame.tsx"
import { NewPassword } from "../parts/new-password.tsx"
import { hasPasskeys, usePasskey } from "../parts/passkey.ts"
import { Told } from "../parts/told.tsx"
import { said } from "../words/words.ts"
import { SecretInput } from "../parts/secret-input.tsx"

function submitted(run: () => void): (event: FormEvent) => void {
  return (event) => {
    event.preventDefault()
    run()
  }
}

export function Login() {
  const { t } = useTranslation()
  const { enter } = useDoor()
  const [name, setName] = useState("")
  const [password, setPassword] = useState("")
  const login = useMutation({
    mutationFn: () => ask("POST /api/session", { body: { name, password } }),
    onSuccess: enter,
    onError: () => setPassword(""),
  })
  return (
    <Frame title={t("login.title")}>
      <form onSubmit={submitted(() => login.mutate())}>
        <Stack>
          <TextInput
            label={t("login.name")}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            autoFocus
            value={name}
            onChange={(changed) => setName(changed.currentTarget.value)}
          />
          <SecretInput
            label={t("login.password")}
            autoComplete="current-password"
            required
            value={password}
            onChange={(changed) => setPassword(changed.currentTarget.value)}
          />
          <Button type="submit" loading={login.isPending}>
            {t("login.submit")}
          </Button>
        </Stack>
      </form>
      <OtherWays />
    </Frame>
  )
}

/** Why the single sign-on sent somebody back without coming in; the address tells. */
const FAULTS = ["refused", "late", "unreachable", "invalid", "unverified", "unknown", "closed"] as const

function OtherWays() {
  const { t } = useTranslation()
  const { enter } = useDoor()
  const ways = useQuery({ queryKey: ["login"], queryFn: () => ask("GET /api/login", {}) })
  const passkey = useMutation({
    mutationFn: async () => {
      const credential = await usePasskey(await ask("POST /api/session/passkey/challenge", {}))
      return ask("POST /api/session/passkey", { body: { credential } })
    },
    onSuccess: enter,
  })
  const told = new URLSearchParams(window.location.search).get("sso")
  const fault = FAULTS.find((one) => one === told)
  const { data } = ways
  return (
    <Stack gap="xs">
      {fault !== undefined && <Told color="red" title={t(`sso.failed.${fault}`)} />}
      {data?.directory === true && <Text size="sm">{t("sso.directory")}</Text>}
      {data?.passkeys === true && hasPasskeys() && (
        <Button variant="default" loading={passkey.isPending} onClick={() => passkey.mutate()}>
          {t("passkey.login")}
        </Button>
      )}
      {typeof data?.singleSignOn === "object" && data.singleSignOn !== null && (
        <Button variant="default" component="a" href="/login/sso">
          {said(data.singleSignOn)}
        </Button>
      )}
    </Stack>
  )
}

/** The second step by a passkey, which also opens what is locked. */
function ProvePasskey() {
  const { t } = useTranslation()
  const { session, enter } = useDoor()
  const prove = useMutation({
    mutationFn: async () => {
      const credential = await usePasskey(await ask("POST /api/session/second-factor/challenge", {}))
      return ask("POST /api/session/second-factor/passkey", { body: { credential } })
    },
    onSuccess: enter,
  })
  if (session === null || session.account.passkeys === 0 || !hasPasskeys()) return null
  return (
    <Button variant="default" loading={prove.isPending} onClick={() => prove.mutate()}>
      {t("passkey.prove")}
    </Button>
  )
}

export function SecondFactor() {
  const { t } = useTranslation()
  const { enter, leave } = useDoor()
  const [code, setCode] = useState("")
  const prove = useMutation({
    mutationFn: () => ask("POST /api/session/second-factor", { body: { code } }),
    onSuccess: enter,
    onError: () => setCode(""),
  })
  return (
    <Frame title={t("login.factorTitle")} hint={t("login.factorHint")}>
      <form onSubmit={submitted(() => prove.mutate())}>
        <Stack>
          <TextInput
            label={t("login.code")}
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            autoFocus
            value={code}
            onChange={(changed) => setCode(changed.currentTarget.value)}
          />
          <Button type="submit" loading={prove.isPending}>
            {t("login.confirm")}
          </Button>
          <ProvePasskey />
          <Leave leave={leave} />
        </Stack>
      </form>
    </Frame>
  )
}

export function Locked() {
  const { t } = useTranslation()
  const { session, enter, leave } = useDoor()
  const [password, setPassword] = useState("")
  const unlock = useMutation({
    mutationFn: () => ask("POST /api/session/unlock", { body: { password } }),
    onSuccess: enter,
    onError: () => setPassword(""),
  })
  return (
    <Frame title={t("login.lockedTitle")} hint={t("login.lockedHint")}>
      {session?.door === "single-sign-on" && <Text size="sm">{t("sso.again")}</Text>}
      <form onSubmit={submitted(() => unlock.mutate())}>
        <Stack>
          <SecretInput
            label={t("login.password")}
            autoComplete="current-password"
            required
            autoFocus
            value={password}
            onChange={(changed) => setPassword(changed.currentTarget.value)}
          />
          <Button type="submit" loading={unlock.isPending}>
            {t("login.unlock")}
          </Button>
          <ProvePasskey />
          <Leave leave={leave} />
        </Stack>
      </form>
    </Frame>
  )
}

function Leave({ leave }: { readonly leave: () => Promise<void> }) {
  const { t } = useTranslation()
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => void leave()}>
      {t("login.leave")}
    </Anchor>
  )
}

/** The link that was printed at the first start. */
export function First() {
  const { t } = useTranslation()
  const { token } = useParams({ strict: false })
  const { enter } = useDoor()
  const navigate = useNavigate()
  const [form, setForm] = useState({ name: "", title: "", mail: "", password: "", again: "" })
  const field = (key: keyof typeof form) => ({
    value: form[key],
    onChange: (changed: { currentTarget: { value: string } }) => {
      const { value } = changed.currentTarget
      setForm((before) => ({ ...before, [key]: value }))
    },
  })
  const differs = form.again !== "" && form.again !== form.password
  const create = useMutation({
    mutationFn: () =>
      ask("POST /api/first", {
        body: {
          token: token ?? "",
          name: form.name,
          title: form.title,
          mail: form.mail === "" ? null : form.mail,
          password: form.password,
        },
      }),
    onSuccess: async (session) => {
      enter(session)
      await navigate({ to: "/" })
    },
  })
  return (
    <Frame title={t("login.firstTitle")} hint={t("login.firstHint")}>
      <form onSubmit={submitted(() => !differs && create.mutate())}>
        <Stack>
          <TextInput
            label={t("login.name")}
            autoComplete="username"
            autoCapitalize="none"
            required
            autoFocus
            {...field("name")}
          />
          <TextInput label={t("login.fullName")} autoComplete="name" required {...field("title")} />
          <TextInput label={t("login.mail")} description={t("login.mailHint")} type="email" {...field("mail")} />
          <NewPassword password={field("password")} again={field("again")} differs={differs} error={create.error} />
          <Button type="submit" loading={create.isPending}>
            {t("login.create")}
          </Button>
        </Stack>
      </form>
    </Frame>
  )
}

/** An invitation: the account stands, its password does not. */
export function Join() {
  const { t } = useTranslation()
  const { token = "" } = useParams({ strict: false })
  const { enter } = useDoor()
  const navigate = useNavigate()
  const [password, setPassword] = useState("")
  const [again, setAgain] = useState("")
  const invited = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => ask("POST /api/invitation", { body: { token } }),
    retry: false,
  })
  const accept = useMutation({
    mutationFn: () => ask("POST /api/invitation/accept", { body: { token, password } }),
    onSuccess: async (session) => {
      enter(session)
      await navigate({ to: "/" })
    },
  })
  const differs = again !== "" && again !== password
  if (invited.error !== null) {
    const gone = invited.error instanceof Refused && invited.error.error === "gone"
    return (
      <Frame title={t("login.joinTitle")}>
        <Alert color="red" title={t(gone ? "login.gone" : "common.failed")} role="alert">
          {gone ? t("login.goneHint") : invited.error.message}
        </Alert>
      </Frame>
    )
  }
  return (
    <Frame title={t("login.joinTitle")} hint={t("login.joinHint", { name: invited.data?.name ?? "…" })}>
      <form onSubmit={submitted(() => !differs && accept.mutate())}>
        <Stack>
          <NewPassword
            password={{ value: password, onChange: (changed) => setPassword(changed.currentTarget.value) }}
            again={{ value: again, onChange: (changed) => setAgain(changed.currentTarget.value) }}
            differs={differs}
            error={accept.error}
          />
          <Button type="submit" loading={accept.isPending} disabled={invited.data === undefined}>
            {t("login.create")}
          </Button>
        </Stack>
      </form>
    </Frame>
  )
}
