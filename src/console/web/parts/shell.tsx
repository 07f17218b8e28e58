/** The frame around the pages: where one is, where one may go, in which language and colours. */
import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { Link, Outlet, useLocation } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { useDoor, useSession } from "../api/session.tsx"
import { language, speak } from "../words/words.ts"
import { PLACES } from "../places.ts"

export function Shell() {
  const { t } = useTranslation()
  const [opened, { toggle, close }] = useDisclosure(false)
  const { may } = useDoor()
  const { pathname } = useLocation()
  const places = PLACES.filter(({ roles, within }) => roles === "everybody" || may(roles, within))
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 230, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip" href="#main">
        {t("common.skip")}
      </a>
      <AppShell.Header className="no-print">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("common.menu")} />
            <Text fw={700} truncate>
              {t("name")}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LanguageSwitch />
            <ThemeSwitch />
            <Me />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" className="no-print" aria-label={t("common.menu")}>
        {places.map(({ to, name }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={t(`nav.${name}`)}
            active={to === "/" ? pathname === "/" : pathname.startsWith(to)}
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

export function LanguageSwitch() {
  const { t } = useTranslation()
  const other = language() === "vi" ? "en" : "vi"
  return (
    <Button size="compact-sm" variant="subtle" lang={other} onClick={() => void speak(other)}>
      {t("language")}
    </Button>
  )
}

export function ThemeSwitch() {
  const { t } = useTranslation()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme("light")
  return (
    <ActionIcon
      variant="subtle"
      aria-label={t("theme.switch")}
      onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}
    >
      <span aria-hidden="true">{scheme === "dark" ? "☀" : "☾"}</span>
    </ActionIcon>
  )
}

function Me() {
  const { t } = useTranslation()
  const { leave } = useDoor()
  const { account } = useSession()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-sm" variant="default" maw={180}>
          <Text size="sm" truncate>
            {account.title}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account">
          {t("nav.account")}
        </Menu.Item>
        <Menu.Item onClick={() => void leave()}>{t("login.leave")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
