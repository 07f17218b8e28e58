/** The frame around the pages: where one is, where one may go, in which language and colours. */
import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { Link, Outlet, useLocation } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { useDoor, useSession } from "../api/session.tsx"
import { language, speak } from "../words/words.ts"
import { GROUPS, type Place, PLACES } from "../places.ts"

export function Shell() {
  const { t } = useTranslation()
  const [opened, { toggle, close }] = useDisclosure(false)
  const { may } = useDoor()
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
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("common.menu")} />
            <Text fw={700} truncate>
              {t("name")}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Group gap="xs" wrap="nowrap" visibleFrom="sm">
              <LanguageSwitch />
              <ThemeSwitch />
            </Group>
            <Me />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" className={opened ? "no-print" : "no-print closed"} aria-label={t("common.menu")}>
        <AppShell.Section grow component={ScrollArea} type="auto">
          {GROUPS.map((group) => (
            <PlaceGroup key={group} group={group} places={places.filter((place) => place.group === group)} go={close} />
          ))}
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

interface PlaceGroupProps {
  readonly group: Place["group"]
  readonly places: readonly Place[]
  readonly go: () => void
}

function PlaceGroup({ group, places, go }: PlaceGroupProps) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  if (places.length === 0) return null
  return (
    <div role="group" aria-label={t(`navGroup.${group}`)} className="places">
      <Text size="xs" c="dimmed" px="sm" aria-hidden="true">
        {t(`navGroup.${group}`)}
      </Text>
      {places.map(({ to, name }) => {
        const isHere = to === "/" ? pathname === "/" : pathname.startsWith(to)
        return (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={t(`nav.${name}`)}
            py={6}
            active={isHere}
            aria-current={isHere ? "page" : undefined}
            onClick={go}
          />
        )
      })}
    </div>
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

/** On a phone language and colours are here: its head has no room for them. */
function Me() {
  const { t } = useTranslation()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme("light")
  const other = language() === "vi" ? "en" : "vi"
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
        <Menu.Item hiddenFrom="sm" lang={other} onClick={() => void speak(other)}>
          {t("language")}
        </Menu.Item>
        <Menu.Item hiddenFrom="sm" onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}>
          {t(scheme === "dark" ? "theme.light" : "theme.dark")}
        </Menu.Item>
        <Menu.Item onClick={() => void leave()}>{t("login.leave")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
