/** Reading a message in custody: its words, never its HTML, after a reason that is recorded. */
import { List, Modal, Stack, Text, Textarea } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { visible } from "../../../mail/visible.ts"
import { type Answer, ask } from "../api/client.ts"
import { Confirm } from "./confirm.tsx"
import { Foreign, size } from "./moment.tsx"

/** The words only, after a reason that is recorded. */
export function Read({ code }: { readonly code: string }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<Answer<"POST /api/messages/:code/content"> | null>(null)
  const read = useMutation({
    mutationFn: (reason: string) => ask("POST /api/messages/:code/content", { params: { code }, body: { reason } }),
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
              <Foreign>{shown.subject}</Foreign>
            </Text>
            <Textarea
              aria-label={t("held.content")}
              readOnly
              autosize
              minRows={6}
              maxRows={24}
              value={visible(shown.text)}
            />
            <List size="sm">
              {shown.attachments.map((file) => (
                <List.Item key={file.at}>
                  <Foreign>{file.names[0] ?? file.at}</Foreign> – {file.type}, {size(file.size)}
                </List.Item>
              ))}
            </List>
          </Stack>
        )}
      </Modal>
    </>
  )
}
