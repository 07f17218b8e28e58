/** The command line of units and mailboxes. */
import type { Command } from "commander"
import type { WithDesk } from "./policy-cli.ts"

interface Options {
  readonly reason?: string
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly vi?: string
  readonly en?: string
  readonly under?: string
  readonly into?: string
  readonly on?: string
  readonly prune?: boolean
}

const REASON = ["--reason <text>", "lý do, ghi vào phiên bản / reason, kept with the version", ""] as const
const DRY_RUN = ["--dry-run", "chỉ cho biết sẽ thay đổi gì / only tell what would change"] as const

function of({ reason = "", dryRun = false }: Options): { readonly reason: string; readonly dryRun: boolean } {
  return { reason, dryRun }
}

export function unitCommands(congthu: Command, withDesk: WithDesk): void {
  const units = congthu.command("units").description("đơn vị và hộp thư / units and mailboxes")
  units
    .command("list")
    .description("cây đơn vị / the tree")
    .option("--json", "mỗi dòng một đối tượng / one object a line")
    .action((options: Options) => withDesk(async (desk) => (await import("./units.ts")).list(desk, options)))
  units
    .command("export")
    .argument("[what]", "units, mailboxes", "units")
    .description("ra CSV / as CSV")
    .action((what: string) =>
      withDesk(async (desk) => (await import("./units.ts")).exportTo(what === "mailboxes" ? what : "units", desk)),
    )
  units
    .command("import")
    .argument("<file>", "CSV: id,parent,name_vi,name_en,domains,from,until · address,class,unit")
    .description("nhập từ CSV / import from CSV")
    .option(...REASON)
    .option(...DRY_RUN)
    .action((file: string, options: Options) =>
      withDesk(async (desk) => (await import("./units.ts")).importFrom(file, desk, of(options))),
    )
  units
    .command("rename")
    .argument("<id>")
    .description("đổi tên / give another name")
    .requiredOption("--vi <name>", "tên tiếng Việt / its Vietnamese name")
    .option("--en <name>", "tên tiếng Anh / its English name")
    .option(...REASON)
    .option(...DRY_RUN)
    .action((id: string, options: Options) =>
      withDesk(async (desk) => {
        const names = { vi: options.vi ?? "", ...(options.en === undefined ? {} : { en: options.en }) }
        return (await import("./units.ts")).rename(id, desk, { ...of(options), ...names })
      }),
    )
  units
    .command("move")
    .argument("<id>")
    .description("chuyển sang đơn vị cha khác / put below another unit")
    .requiredOption("--under <id>", "đơn vị cha mới / the new parent")
    .option(...REASON)
    .option(...DRY_RUN)
    .action((id: string, options: Options) =>
      withDesk(async (desk) =>
        (await import("./units.ts")).move(id, desk, { ...of(options), under: options.under ?? "" }),
      ),
    )
  units
    .command("merge")
    .argument("<ids...>")
    .description("sáp nhập, không mất lịch sử / make part of another unit, without losing history")
    .requiredOption("--into <id>", "đơn vị nhận / the unit that takes them")
    .option(...REASON)
    .option(...DRY_RUN)
    .action((ids: string[], options: Options) =>
      withDesk(async (desk) =>
        (await import("./units.ts")).merge(ids, desk, { ...of(options), into: options.into ?? "" }),
      ),
    )
  units
    .command("sync")
    .description("lấy từ LDAP, Active Directory / from the directory of the settings")
    .option("--prune", "bỏ hộp thư không còn trong thư mục / drop mailboxes that are gone there")
    .option(...REASON)
    .option(...DRY_RUN)
    .action((options: Options) =>
      withDesk(async (desk) =>
        (await import("./units.ts")).sync(desk, { ...of(options), prune: options.prune === true }),
      ),
    )
  units
    .command("end")
    .argument("<id>")
    .description("kết thúc hiệu lực / end a unit")
    .option("--on <date>", "từ ngày / from this day on")
    .option(...REASON)
    .option(...DRY_RUN)
    .action((id: string, options: Options) =>
      withDesk(async (desk) => {
        const on = options.on === undefined ? {} : { on: options.on }
        return (await import("./units.ts")).end(id, desk, { ...of(options), ...on })
      }),
    )
}
