/** The command line: reads what is asked, hands it to `commands/`, turns faults into exit statuses. */
import { Command, CommanderError, Option } from "commander"
import { configFile, fileFaults, load } from "./commands/load.ts"
import {
  type Action,
  change,
  type Hands,
  list,
  LIST_LIMIT,
  show,
  withStore,
  withStoreOrNone,
} from "./commands/queue.ts"
import { auditCommands, exceptionCommands } from "./commands/exceptions-cli.ts"
import { policyCommands } from "./commands/policy-cli.ts"
import type { Desk } from "./commands/policy-life.ts"
import { unitCommands } from "./commands/units-cli.ts"
import { judging } from "./commands/usable.ts"
import { UsageError } from "./commands/usage.ts"
import { formatFaults } from "./config/fault.ts"
import { StoreError } from "./store/error.ts"

/** What the outside relies on: done · nothing fitted · unusable. */
const UNUSABLE = 2

interface Shared {
  readonly config?: string
}

function program(): Command {
  const congthu = new Command("congthu")
    .description(
      "Congthu (công thư): cổng kiểm soát thư điện tử công vụ / the mail gateway in front of an agency's mail",
    )
    .option("--config <file>", "tệp cấu hình / settings file (CONGTHU_CONFIG, config/gateway.yaml)")
    .showHelpAfterError()
    .exitOverride()
  congthu
    .command("start")
    .description("chạy cổng thư / run the gateway until SIGTERM")
    .action(async () => (await import("./commands/start.ts")).start(file(congthu)))
  congthu
    .command("check")
    .description("kiểm tra cấu hình và chính sách / validate settings and policy, print every fault")
    .action(() => check(file(congthu)))
  congthu
    .command("reload")
    .description("nạp lại cấu hình và chính sách / tell the running gateway to read settings and policy again")
    .action(async () => (await import("./commands/reload.ts")).reload(configuration(file(congthu)).settings))
  explainCommand(congthu)
  queueCommands(congthu)
  heldCommands(congthu)
  lookbackCommand(congthu)
  noticeCommands(congthu)
  peopleCommands(congthu)
  dkimCommands(congthu)
  storeCommands(congthu)
  policyCommands(congthu, { work: (run) => desk(congthu, run), draft: (run) => desk(congthu, run, withStoreOrNone) })
  exceptionCommands(congthu, (run) => desk(congthu, run))
  auditCommands(congthu, (run) => desk(congthu, run))
  unitCommands(congthu, (run) => desk(congthu, run))
  return congthu
}

function file(congthu: Command): string {
  return configFile(congthu.opts<Shared>().config)
}

/** Prints the faults and ends when the settings are no good. */
function configuration(name: string, policy?: string): Extract<ReturnType<typeof load>, { ok: true }>["configuration"] {
  const loaded = load(name, policy)
  if (loaded.ok) return loaded.configuration
  throw new UsageError(formatFaults(loaded.faults).trimEnd())
}

async function check(name: string): Promise<void> {
  const loaded = load(name)
  const faults = loaded.ok ? await fileFaults(loaded.configuration.settings) : loaded.faults
  if (!loaded.ok || faults.length > 0) throw new UsageError(formatFaults(faults).trimEnd())
  for (const warning of loaded.warnings) process.stderr.write(`warning: ${warning}\n`)
  process.stdout.write(`${name}: cấu hình hợp lệ / sound\n`)
}

function explainCommand(congthu: Command): void {
  congthu
    .command("explain")
    .description(
      "giải thích thư sẽ được xử lý thế nào / tell how messages would be judged; nothing is delivered or kept",
    )
    .argument("<files...>", "tệp .eml / message files")
    .requiredOption("--from <address>", "MAIL FROM, <> cho thư báo / for a report")
    .requiredOption("--to <address...>", "RCPT TO, lặp lại được / repeatable")
    .option("--trusted", "từ mạng tin cậy / from a trusted network")
    .option("--user <login>", "đã đăng nhập / logged in as")
    .option(
      "--client <ip>",
      "địa chỉ máy gửi, để kiểm tra SPF, DKIM, DMARC, ARC / address of the client, whose SPF, DKIM, DMARC and ARC are checked",
    )
    .option("--thread", "coi là thư trả lời người nhận / as an answer to what the recipient sent")
    .option(
      "--password <password...>",
      "mật khẩu người nhận cho để mở tệp / passwords of the recipient that may open its files",
    )
    .option("--policy <file>", "chính sách khác / another policy file")
    .option("--version <number>", "một phiên bản đã lưu / a version in the store")
    .option("--json", "in JSON / print JSON")
    .action(async (files: string[], options: { policy?: string; version?: string; from: string; to: string[] }) => {
      const { explain } = await import("./commands/explain.ts")
      const judged =
        options.policy === undefined
          ? await judging(file(congthu), options.version)
          : configuration(file(congthu), options.policy)
      await explain(files, options, judged)
    })
}

interface CopyOptions {
  /** True where it comes by standard input. */
  readonly password?: string | true
  readonly recipient?: string
  readonly reason?: string
  readonly json?: boolean
  readonly limit?: string
}

/** Runs beside the gateway on its store; the result is the exit status. */
async function hands(congthu: Command, run: (given: Hands) => Promise<number>): Promise<void> {
  process.exitCode = await withStore(await judging(file(congthu), undefined), run)
}

/** `withStoreOrNone` opens it before the gateway ever ran: a draft is looked over where it is written. */
async function desk(congthu: Command, run: (desk: Desk) => Promise<number>, open = withStore): Promise<void> {
  const { STUDY_HERE } = await import("./commands/policy-study.ts")
  const judge = await judging(file(congthu), undefined)
  process.exitCode = await open(judge, (given) => run({ ...given, study: STUDY_HERE }))
}

function queueCommands(congthu: Command): void {
  const queue = congthu.command("queue").description("thư chờ gửi / mail waiting for delivery")
  listCommand(congthu, queue, "queued")
  queue
    .command("show")
    .argument("<code>")
    .description("một thư, các quyết định và sự kiện / one message with its verdicts and events")
    .option("--json", "in JSON / print JSON")
    .action((code: string, { json }: CopyOptions) =>
      hands(congthu, (given) => show(code.toUpperCase(), given, json === true)),
    )
  changeCommand(congthu, queue, { name: "retry", action: "retry", about: "gửi lại ngay / make due now" })
  changeCommand(congthu, queue, { name: "hold", action: "hold", about: "giữ lại / stop until released" })
  changeCommand(congthu, queue, { name: "delete", action: "remove", about: "xóa khỏi hàng đợi / give up, tell nobody" })
}

function heldCommands(congthu: Command): void {
  const held = congthu.command("held").description("thư đang tạm giữ, cách ly / held and quarantined mail")
  listCommand(congthu, held, "held")
  changeCommand(congthu, held, { name: "release", action: "release", about: "cho gửi / let it go" }).option(
    "--password [password]",
    "mở tệp có mật khẩu, quét, chỉ cho gửi nếu sạch; không ghi thì đọc từ đầu vào / open sealed files, scan them, let go only what is clean; without a value it is read from standard input",
  )
  changeCommand(congthu, held, { name: "deny", action: "deny", about: "không cho gửi / refuse for good" })
}

function lookbackCommand(congthu: Command): void {
  congthu
    .command("lookback")
    .argument("<sha256...>", "mã băm SHA-256 của tệp / SHA-256 of files")
    .description("ai đã nhận các tệp này, khi nào / who received these files, and when")
    .option("--json", "mỗi dòng một đối tượng / one object a line")
    .action(async (hashes: string[], { json }: CopyOptions) => {
      const commands = await import("./commands/look-back.ts")
      await hands(congthu, (given) => commands.lookbackCommand(hashes, given, json === true))
    })
}

function noticeCommands(congthu: Command): void {
  const notices = congthu.command("notices").description("lời thông báo / the words people get")
  notices
    .command("list")
    .description("liệt kê / list")
    .action(async () => (await import("./commands/notices.ts")).listNotices(await judging(file(congthu), undefined)))
  notices
    .command("show")
    .argument("<name>")
    .description("một thông báo với dữ liệu mẫu / one notice, with sample values")
    .option("--html", "bản HTML / as HTML")
    .action(async (name: string, { html }: { html?: boolean }) => {
      const { showNotice } = await import("./commands/notices.ts")
      showNotice(name, await judging(file(congthu), undefined), html === true)
    })
}

function peopleCommands(congthu: Command): void {
  const people = congthu.command("people").description("tài khoản của bảng điều khiển / accounts of the console")
  people
    .command("list")
    .description("liệt kê / list")
    .action(() => hands(congthu, async (given) => (await import("./commands/people.ts")).listPeople(given)))
  people
    .command("invite")
    .argument("<name>")
    .description(
      "liên kết mới để đặt mật khẩu, mở lại tài khoản / a new link to set a password; opens the account again",
    )
    .action((name: string) =>
      hands(congthu, async (given) => (await import("./commands/people.ts")).invitePerson(name, given)),
    )
}

function dkimCommands(congthu: Command): void {
  const dkim = congthu.command("dkim").description("khóa ký thư đi / keys that sign outgoing mail")
  dkim
    .command("records")
    .description("in bản ghi DNS cần công bố / print the DNS records to publish")
    .action(async () => (await import("./commands/dkim.ts")).printRecords(configuration(file(congthu)).settings))
  dkim
    .command("check")
    .description("hỏi DNS xem khóa đã công bố đúng chưa / ask DNS whether they are published")
    .action(async () => {
      process.exitCode = await (await import("./commands/dkim.ts")).checkRecords(configuration(file(congthu)).settings)
    })
  dkim
    .command("generate")
    .description("tạo khóa mới và in bản ghi DNS / make a key and print its DNS record")
    .requiredOption("--out <file>", "tệp khóa mới / new key file")
    .addOption(new Option("--type <type>", "loại khóa / kind of key").choices(["rsa", "ed25519"]).default("rsa"))
    .action(async (wanted: { out: string; type: "rsa" | "ed25519" }) =>
      (await import("./commands/dkim.ts")).generate(wanted),
    )
}

function storeCommands(congthu: Command): void {
  for (const [name, about] of [
    ["backup", "sao lưu kho thư, khi cổng thư vẫn chạy / copy the whole store, while the gateway runs"],
    ["restore", "phục hồi vào kho thư trống / put a backup back into an empty store"],
  ] as const) {
    congthu
      .command(name)
      .argument("<directory>")
      .description(about)
      .action(async (directory: string) => {
        const commands = await import("./commands/backup.ts")
        process.exitCode = await commands[name](directory, configuration(file(congthu)).settings)
      })
  }
}

function listCommand(congthu: Command, parent: Command, which: "queued" | "held"): void {
  parent
    .command("list")
    .description("liệt kê / list")
    .option("--json", "mỗi dòng một đối tượng / one object a line")
    .option("--limit <rows>", "số dòng / rows", String(LIST_LIMIT))
    .action(({ json, limit }: CopyOptions) =>
      hands(congthu, (given) => list(which, given, { json: json === true, limit: rowCount(limit) })),
    )
}

function rowCount(text: string | undefined): number {
  const count = Number(text ?? LIST_LIMIT)
  if (Number.isInteger(count) && count > 0) return count
  throw new UsageError(`--limit: expected a number of rows, got ${JSON.stringify(text)}`)
}

interface ChangeCommand {
  readonly name: string
  readonly action: Action
  readonly about: string
}

function changeCommand(congthu: Command, parent: Command, { name, action, about }: ChangeCommand): Command {
  return parent
    .command(name)
    .argument("<code>")
    .description(about)
    .option("--recipient <address>", "chỉ bản gửi tới địa chỉ này / only this recipient's copy")
    .option("--reason <text>", "lý do, ghi vào nhật ký / reason, kept in the audit trail", "")
    .action(async (code: string, { recipient, reason, password }: CopyOptions) => {
      const ref = { transaction: code.toUpperCase(), recipient: recipient?.toLowerCase() ?? null }
      if (password !== undefined) {
        const { releaseWith } = await import("./commands/opened-cli.ts")
        return hands(congthu, (given) => releaseWith({ ref, password, reason: reason ?? "" }, given))
      }
      return hands(congthu, (given) => change(action, ref, given, reason ?? ""))
    })
}

try {
  await program().parseAsync()
} catch (error) {
  process.exitCode = failure(error)
}

function failure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE
  if (error instanceof UsageError || error instanceof StoreError) {
    process.stderr.write(`${error.message}\n`)
    return UNUSABLE
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}
