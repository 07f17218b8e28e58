/** A word to the reader in a coloured frame, its title in the text's own colour: tinted ones are too pale to read. */
import { Alert, Stack, Text } from "@mantine/core"
import type { ReactNode } from "react"

interface ToldProps {
  readonly color: "blue" | "green" | "yellow" | "red"
  readonly title: string
  readonly children?: ReactNode
}

export function Told({ color, title, children }: ToldProps) {
  return (
    <Alert color={color} role={color === "red" ? "alert" : "status"} maw={760}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm" fw={600}>
          {title}
        </Text>
        {children}
      </Stack>
    </Alert>
  )
}
