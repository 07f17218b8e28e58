/** Reading a message in custody: its words, and its papers as pictures made by the server; never its HTML. Each look is recorded. */
import { Button, Group, List, Modal, Stack, Text, Textarea } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { isolated, visible } from "../../../mail/visible.ts"
import { type Answer, ask } from "../api/client.ts"
import { Confirm } from "./confirm.tsx"
import { Foreign, size } from "./moment.tsx"
import { wordsOf } from "./tell.tsx"

type Content = Answer<"POST /api/messages/:code/content">
type Attachment = Content["attachments"][number]
type Look = Answer<"POST /api/messages/:code/page">

/** The words only, after a reason that is recorded. */
export function Read({ code }: { readonly code: string }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<{ readonly content: Content; readonly reason: string } | null>(null)
  const read = useMutation({
    mutationFn: async (reason: string) => ({
      content: await ask("POST /api/messages/:code/content", { params: { code }, body: { reason } }),
      reason,
    }),
    onSuccess: setShown,
  })
  return (
    <>
      <Confirm
        label={t("held.read")}
        question={t("held.readQuestion")}
        color="blue"
        reason={3}
        onConfirm={(reason) => read.mutateAsync(reason)}
      />
      <Modal
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={t("held.content")}
        size="xl"
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {shown !== null && (
          <Stack>
            <Text fw={600}>
              <Foreign>{shown.content.subject}</Foreign>
            </Text>
            <Textarea
              aria-label={t("held.content")}
              readOnly
              autosize
              minRows={6}
              maxRows={24}
              value={visible(shown.content.text)}
            />
            <List size="sm" listStyleType="none" spacing="sm">
              {shown.content.attachments.map((file) => (
                <List.Item key={file.at}>
                  <Foreign>{file.names[0] ?? file.at}</Foreign> – {file.type}, {size(file.size)}
                  <Pages code={code} reason={shown.reason} file={file} />
                </List.Item>
              ))}
            </List>
          </Stack>
        )}
      </Modal>
    </>
  )
}

/** What has a look: papers and pictures. */
const LOOKS = /^(?:application\/pdf|image\/.+)$/

interface PagesProps {
  readonly code: string
  readonly reason: string
  readonly file: Attachment
}

function Pages({ code, reason, file }: PagesProps) {
  const { t } = useTranslation()
  const [page, setPage] = useState(1)
  const look = useMutation({
    mutationFn: (wanted: number) =>
      ask("POST /api/messages/:code/page", { params: { code }, body: { reason, at: file.at, page: wanted } }),
    onSuccess: (_, wanted) => setPage(wanted),
  })
  if (!LOOKS.test(file.type)) return null
  const name = isolated(file.names[0] ?? file.at)
  if (look.data === undefined && look.error === null) {
    return (
      <div>
        <Button
          size="compact-sm"
          variant="default"
          loading={look.isPending}
          aria-label={`${t("held.look")}: ${name}`}
          onClick={() => look.mutate(1)}
        >
          {t("held.look")}
        </Button>
      </div>
    )
  }
  if (look.error !== null) return <Text size="sm">{wordsOf(look.error)}</Text>
  const pages = look.data?.pages ?? page
  return (
    <Stack gap="xs" mt="xs">
      {look.data !== undefined && <Picture look={look.data} label={t("held.lookOf", { name, page })} />}
      {pages > 1 && (
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            disabled={page <= 1 || look.isPending}
            onClick={() => look.mutate(page - 1)}
          >
            {t("held.before")}
          </Button>
          <Text size="sm" role="status">
            {t("held.pageOf", { page, pages })}
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            disabled={page >= pages || look.isPending}
            onClick={() => look.mutate(page + 1)}
          >
            {t("held.after")}
          </Button>
        </Group>
      )}
    </Stack>
  )
}

/** On a canvas: nothing but pixels comes of it, and the page's policy needs no new source of pictures. */
function Picture({ look, label }: { readonly look: Look; readonly label: string }) {
  const { t } = useTranslation()
  const canvas = useRef<HTMLCanvasElement>(null)
  const { png } = look
  useEffect(() => {
    let isOver = false
    async function paint(): Promise<void> {
      if (png === null) return
      const octets = Uint8Array.from(atob(png), (one) => one.codePointAt(0) ?? 0)
      const bitmap = await createImageBitmap(new Blob([octets], { type: "image/png" }))
      const place = canvas.current
      if (isOver || place === null) return
      place.width = bitmap.width
      place.height = bitmap.height
      place.getContext("2d")?.drawImage(bitmap, 0, 0)
    }
    void paint()
    return () => {
      isOver = true
    }
  }, [png])
  if (look.is !== "page") return <Text size="sm">{t(`held.looks.${look.is}`)}</Text>
  return <canvas ref={canvas} role="img" aria-label={label} className="sheet" />
}
