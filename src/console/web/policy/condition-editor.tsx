/** A condition to be put together: groups within groups, each question with the input that fits its answer. */
import { Button, CloseButton, Code, Group, NativeSelect, Stack, Switch, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { Node } from "./condition.ts"
import { FactInput } from "./fact-input.tsx"
import { FACT_NAMES, firstAnswer, isFact, type Names } from "./facts.ts"

type GroupNode = Extract<Node, { is: "all" | "any" }>

interface GroupEditorProps {
  readonly node: GroupNode
  readonly names: Names
  readonly onChange: (node: GroupNode) => void
  /** 1 is the top. */
  readonly depth?: number
}

/** As deep as the policy's grammar goes, less what a "not" may take. */
const DEEPEST = 4

export function GroupEditor({ node, names, onChange, depth = 1 }: GroupEditorProps) {
  const { t } = useTranslation("policy")
  const put = (at: number, next: Node | null): void =>
    onChange({ ...node, of: node.of.flatMap((one, place) => (place !== at ? [one] : next === null ? [] : [next])) })
  const add = (next: Node): void => onChange({ ...node, of: [...node.of, next] })
  return (
    <Stack gap="xs" role="group" aria-label={t("condition.group")} className="nested">
      <NativeSelect
        aria-label={t("condition.kind")}
        w="fit-content"
        size="sm"
        value={node.is}
        data={(["all", "any"] as const).map((value) => ({ value, label: t(`condition.${value}`) }))}
        onChange={({ currentTarget: { value } }) => onChange({ ...node, is: value === "any" ? "any" : "all" })}
      />
      {node.of.map((one, at) => (
        // Places are all that tells conditions apart.
        <NodeEditor key={at} node={one} names={names} depth={depth} onChange={(next) => put(at, next)} />
      ))}
      <Group gap="xs">
        <NativeSelect
          aria-label={t("condition.add")}
          w="fit-content"
          size="sm"
          value=""
          data={[
            { value: "", label: `+ ${t("condition.add")}` },
            ...FACT_NAMES.map((value) => ({ value, label: t(`fact.${value}`) })),
          ]}
          onChange={({ currentTarget: { value } }) => {
            if (isFact(value)) add({ is: "fact", not: false, fact: value, value: firstAnswer(value, names) })
          }}
        />
        {depth < DEEPEST && (
          <Button
            size="xs"
            variant="default"
            onClick={() => add({ is: node.is === "all" ? "any" : "all", not: false, of: [] })}
          >
            + {t("condition.addGroup")}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

interface NodeEditorProps {
  readonly node: Node
  readonly names: Names
  readonly depth: number
  /** Null: it goes. */
  readonly onChange: (node: Node | null) => void
}

function NodeEditor({ node, names, depth, onChange }: NodeEditorProps) {
  const { t } = useTranslation("policy")
  return (
    <div className="condition">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm" fw={600}>
          {node.is === "fact" ? t(`fact.${node.fact}`) : node.is === "other" ? t("condition.other") : ""}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Switch
            size="xs"
            label={t("condition.not")}
            checked={node.not}
            onChange={({ currentTarget: { checked } }) => onChange({ ...node, not: checked })}
          />
          <CloseButton aria-label={t("condition.remove")} onClick={() => onChange(null)} />
        </Group>
      </Group>
      {node.is === "fact" && (
        <FactInput
          fact={node.fact}
          value={node.value}
          names={names}
          onChange={(value) => onChange({ ...node, value })}
        />
      )}
      {node.is === "other" && <Code block>{JSON.stringify(node.written)}</Code>}
      {(node.is === "all" || node.is === "any") && (
        <GroupEditor node={node} names={names} depth={depth + 1} onChange={onChange} />
      )}
    </div>
  )
}
