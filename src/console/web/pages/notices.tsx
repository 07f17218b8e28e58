/** The words people get by mail: seen as their reader sees them, edited as a version, taken back. */
import { Alert, Badge, Card, Code, Group, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useParams } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Confirm } from "../parts/confirm.tsx"
import { Go } from "../parts/go.tsx"
import { Letter } from "../parts/letter.tsx"
import { Foreign, Moment } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { tellDone } from "../parts/tell.tsx"
import { addOfficeWords } from "../words/office.ts"
import { said } from "../words/words.ts"

type Shown = Answer<"GET /api/notices/:name">
type Template = Shown["template"]

const KEY = ["notices"]
const LANGUAGES = ["vi", "en"] as const
/** Ms of rest in typing before the preview is made anew. */
const REST = 600

addOfficeWords()

export function NoticesPage() {
  const { t } = useTranslation("office")
  const asked = useQuery({ queryKey: KEY, queryFn: ({ signal }) => ask("GET /api/notices", {}, { signal }) })
  return (
    <Page title={t("notices.title")}>
      <Text size="sm">{t("notices.hint")}</Text>
      <Asked of={asked}>
        {(rows) => (
          <Rows
            rows={rows}
            keyOf={({ name }) => name}
            columns={[
              {
                name: t("notices.subject"),
                cell: ({ name, subject }) => (
                  <Go to={`/notices/${name}`} size="sm">
                    {plain(said(subject))}
                  </Go>
                ),
              },
              { name: t("notices.name"), mono: true, cell: ({ name }) => name },
              { name: "", cell: ({ edited }) => edited && <Badge color="blue">{t("notices.edited")}</Badge> },
            ]}
          />
        )}
      </Asked>
    </Page>
  )
}

/** A subject without what each letter fills in. */
function plain(subject: string): string {
  return subject
    .replace(/\s*–\s*\{\{\w+\}\}$/, "")
    .replace(/\{\{\w+\}\}/g, "…")
    .trim()
}

export function NoticePage() {
  const { t } = useTranslation("office")
  const { name = "" } = useParams({ strict: false })
  const changes = useDoor().may(["operator"], "root")
  const asked = useQuery({
    queryKey: [...KEY, name],
    queryFn: ({ signal }) => ask("GET /api/notices/:name", { params: { name } }, { signal }),
  })
  return (
    <Page
      title={asked.data === undefined ? t("notices.title") : plain(said(asked.data.template.subject))}
      tools={<Go to="/notices">{t("notices.all")}</Go>}
    >
      <Asked of={asked}>
        {(shown) =>
          changes ? (
            <Stack>
              <Editor key={JSON.stringify(shown.template)} name={name} shown={shown} />
              <Versions name={name} />
            </Stack>
          ) : (
            <Preview shown={shown} />
          )
        }
      </Asked>
    </Page>
  )
}

function Preview({ shown: { subject, html, smtp } }: { readonly shown: Pick<Shown, "subject" | "html" | "smtp"> }) {
  const { t } = useTranslation("office")
  return (
    <Card withBorder component="section" aria-label={t("notices.preview")}>
      <Title order={2} size="h5">
        {t("notices.preview")}
      </Title>
      <Text fw={600} my="xs">
        <Foreign>{subject}</Foreign>
      </Text>
      <Letter title={t("notices.preview")} html={html} />
      {smtp !== null && (
        <Text size="sm" mt="xs">
          {t("notices.smtp")}: <Code className="foreign">{smtp}</Code>
        </Text>
      )}
    </Card>
  )
}

function Editor({ name, shown }: { readonly name: string; readonly shown: Shown }) {
  const { t } = useTranslation("office")
  const client = useQueryClient()
  const [template, setTemplate] = useState<Template>(shown.template)
  const [rested] = useDebouncedValue(template, REST)
  const isChanged = JSON.stringify(template) !== JSON.stringify(shown.template)
  const preview = useQuery({
    queryKey: [...KEY, name, "preview", rested],
    queryFn: ({ signal }) => ask("POST /api/notices/:name/preview", { params: { name }, body: rested }, { signal }),
    enabled: isChanged,
    placeholderData: (before) => before,
  })
  const after = async ({ version }: { readonly version: number }): Promise<void> => {
    tellDone(t("notices.saved", { version }))
    await client.invalidateQueries({ queryKey: KEY })
  }
  const save = useMutation({
    mutationFn: (reason: string) => ask("PUT /api/notices/:name", { params: { name }, body: { template, reason } }),
    onSuccess: after,
  })
  const restore = useMutation({
    mutationFn: (reason: string) => ask("POST /api/notices/:name/restore", { params: { name }, body: { reason } }),
    onSuccess: after,
  })
  const faults = isChanged ? (preview.data?.faults ?? []) : []
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Card withBorder component="section" aria-label={t("notices.words")}>
        <Stack>
          <Title order={2} size="h5">
            {t("notices.words")}
          </Title>
          <Text size="sm">
            {t("notices.placeholders")}:{" "}
            <span className="mono">{shown.placeholders.map((one) => `{{${one}}}`).join(" ")}</span>
          </Text>
          <Fields template={template} put={setTemplate} />
          {faults.length > 0 && (
            <Alert color="red" role="alert" title={t("notices.faults")}>
              {faults.map((fault) => (
                <Text key={fault} size="sm" className="foreign">
                  {fault}
                </Text>
              ))}
            </Alert>
          )}
          <Group>
            <Confirm
              label={t("notices.save")}
              question={t("notices.saveQuestion")}
              disabled={!isChanged || faults.length > 0}
              reason={3}
              onConfirm={(reason) => save.mutateAsync(reason)}
            />
            <Confirm
              label={t("notices.restore")}
              question={t("notices.restoreQuestion")}
              color="red.9"
              reason={3}
              onConfirm={(reason) => restore.mutateAsync(reason)}
            />
          </Group>
        </Stack>
      </Card>
      <Preview shown={isChanged && preview.data !== undefined ? preview.data : shown} />
    </SimpleGrid>
  )
}

interface FieldsProps {
  readonly template: Template
  readonly put: (template: Template) => void
}

function Fields({ template, put }: FieldsProps) {
  const { t } = useTranslation("office")
  const word = { vi: t("notices.languageVi"), en: t("notices.languageEn") }
  return (
    <>
      {LANGUAGES.map((language) => (
        <Stack key={language} gap="xs">
          <TextInput
            label={t("notices.subjectOf", { language: word[language] })}
            lang={language}
            value={template.subject[language]}
            onChange={({ currentTarget }) =>
              put({ ...template, subject: { ...template.subject, [language]: currentTarget.value } })
            }
          />
          <Textarea
            label={t("notices.text", { language: word[language] })}
            lang={language}
            autosize
            minRows={4}
            maxRows={18}
            value={template.text[language]}
            onChange={({ currentTarget }) =>
              put({ ...template, text: { ...template.text, [language]: currentTarget.value } })
            }
          />
          {template.smtp !== null && (
            <TextInput
              label={t("notices.smtpOf", { language: word[language] })}
              value={template.smtp[language]}
              onChange={({ currentTarget: { value } }) =>
                put({ ...template, smtp: { vi: "", en: "", ...template.smtp, [language]: value } })
              }
            />
          )}
        </Stack>
      ))}
    </>
  )
}

function Versions({ name }: { readonly name: string }) {
  const { t } = useTranslation("office")
  const { t: w } = useTranslation()
  const client = useQueryClient()
  const asked = useQuery({
    queryKey: [...KEY, name, "versions"],
    queryFn: ({ signal }) => ask("GET /api/notices/:name/versions", { params: { name } }, { signal }),
  })
  const take = useMutation({
    mutationFn: ({ template, reason }: { readonly template: Template; readonly reason: string }) =>
      ask("PUT /api/notices/:name", { params: { name }, body: { template, reason } }),
    onSuccess: async ({ version }) => {
      tellDone(t("notices.saved", { version }))
      await client.invalidateQueries({ queryKey: KEY })
    },
  })
  return (
    <Card withBorder component="section" aria-label={t("notices.versions")}>
      <Title order={2} size="h5" mb="xs">
        {t("notices.versions")}
      </Title>
      <Asked of={asked}>
        {(rows) => (
          <Rows
            rows={rows}
            keyOf={({ number }) => number}
            nothing={t("notices.none")}
            columns={[
              { name: w("messages.at"), cell: ({ at }) => <Moment at={at} /> },
              { name: w("people.fullName"), cell: ({ by }) => <Foreign>{by}</Foreign> },
              { name: w("common.reason"), cell: ({ reason }) => <Foreign>{reason}</Foreign> },
              {
                name: t("notices.subject"),
                cell: ({ template }) => (template === null ? t("notices.shipped") : said(template.subject)),
              },
              {
                name: "",
                cell: ({ template }) =>
                  template !== null && (
                    <Confirm
                      label={t("notices.take")}
                      question={t("notices.saveQuestion")}
                      reason={3}
                      onConfirm={(reason) => take.mutateAsync({ template, reason })}
                    />
                  ),
              },
            ]}
          />
        )}
      </Asked>
    </Card>
  )
}
