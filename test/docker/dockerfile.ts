/** Reads a Dockerfile into its instructions, and an ignore file into what it lets through. */
export interface Instruction {
  readonly name: string
  /** `--flag=value` before the arguments. */
  readonly flags: Readonly<Record<string, string>>
  /** Words of the shell form, or the list of the exec form. */
  readonly words: readonly string[]
  readonly isExec: boolean
  readonly text: string
}

export interface Stage {
  readonly image: string
  /** After `AS`, or "". */
  readonly name: string
  readonly instructions: readonly Instruction[]
}

export function readDockerfile(text: string): readonly Stage[] {
  const stages: { image: string; name: string; instructions: Instruction[] }[] = []
  const joined = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n/g, " ")
  for (const line of joined.split("\n").filter((each) => each.trim() !== "")) {
    const instruction = read(line)
    const { name, words } = instruction
    if (name === "FROM") stages.push({ image: words[0] ?? "", name: words[2] ?? "", instructions: [] })
    else stages.at(-1)?.instructions.push(instruction)
  }
  return stages
}

function read(line: string): Instruction {
  const [, name = "", rest = ""] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? []
  const [, written = "", text = ""] = /^((?:--\S+\s+)*)(.*)$/.exec(rest.trim()) ?? []
  const flags = Object.fromEntries(
    [...written.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, key = "", value = ""]) => [key, value]),
  )
  const exec = /^(?:CMD\s+)?(\[.*\])$/.exec(text)?.[1]
  const words = exec === undefined ? text.split(/\s+/) : (JSON.parse(exec) as string[])
  return { name, flags, words, isExec: exec !== undefined, text }
}

/** Whether the file of the build context reaches the builder: the last line that fits it, or a folder above it, decides. */
export function readIgnore(text: string): (path: string) => boolean {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
  const fits = (path: string, line: string): boolean => {
    const pattern = line.replace(/^!/, "").replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    return new RegExp(`^${pattern.replaceAll("*", "[^/]*")}$`).test(path)
  }
  return (path) => {
    const steps = path.split("/")
    const above = steps.map((_step, index) => steps.slice(0, index + 1).join("/"))
    const last = lines.findLast((line) => above.some((each) => fits(each, line)))
    return last === undefined || last.startsWith("!")
  }
}
