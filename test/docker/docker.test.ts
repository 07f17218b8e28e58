/** docker/ names nothing that is not there: paths, ports, settings, commands; and what the image holds runs. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import { after, before, describe, test } from "node:test"
import { parse } from "yaml"
import { loadSettings } from "../../src/config/load.ts"
import type { Settings } from "../../src/config/schema.ts"
import { scan } from "../../src/inspect/scan/clamav.ts"
import { EICAR } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { mail, zip } from "../support/mail.ts"
import { freePorts, runProcess, startProcess } from "../support/process.ts"
import { type Instruction, readDockerfile, readIgnore } from "./dockerfile.ts"

const ROOT = resolve(import.meta.dirname, "../..")
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8")
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" }).split("\0").filter(Boolean)

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly image: string
  readonly environment?: Readonly<Record<string, string | number>>
  readonly volumes: readonly string[]
  readonly ports?: readonly string[]
  readonly networks: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly user: string
  readonly read_only: boolean
  readonly tmpfs: readonly string[]
  readonly cap_drop: readonly string[]
  readonly security_opt: readonly string[]
  readonly restart: string
  readonly stop_grace_period?: string
  readonly mem_limit: string
  readonly pids_limit: number
  readonly logging: { readonly options: Readonly<Record<string, string>> }
}

interface Compose {
  readonly services: { readonly gateway: Service; readonly clamd: Service }
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const compose = parse(read("docker/compose.yaml"), { merge: true }) as Compose
const { gateway, clamd } = compose.services
const stages = readDockerfile(read("docker/Dockerfile"))
const image = stages.at(-1)?.instructions ?? []
const manifest = JSON.parse(read("package.json")) as {
  readonly scripts: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

const all = (name: string): readonly Instruction[] => image.filter((each) => each.name === name)
function only(name: string): Instruction {
  const [found, ...more] = all(name)
  assert.ok(found !== undefined && more.length === 0, `one ${name} in the image's last stage`)
  return found
}

/** The environment of compose.yaml, with the one place remapped that only the container has. */
function environment(store: string): Readonly<Record<string, string>> {
  const entries = Object.entries(gateway.environment ?? {}).map(([name, value]) => [name, String(value)] as const)
  assert.equal(gateway.environment?.["CONGTHU_STORE_PATH"], "/data")
  return { ...Object.fromEntries(entries), CONGTHU_STORE_PATH: store }
}

/** Settings of the shipped file as the container sees them. */
function settings(): Settings {
  const loaded = loadSettings(join(ROOT, "config/gateway.yaml"), environment(tmpdir()))
  assert.ok(loaded.ok, loaded.ok ? "" : loaded.faults.join("\n"))
  return loaded.settings
}

function bytes(text: string): number {
  const [, count, unit = ""] = /^(\d+)([kmg]?)$/i.exec(text) ?? []
  return Number(count) * 1_024 ** " kmg".indexOf(unit.toLowerCase() || " ")
}

describe("the Dockerfile", () => {
  test("copies what exists, is tracked and passes the ignore file", () => {
    const passes = readIgnore(read("docker/Dockerfile.dockerignore"))
    const copies = stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ name, flags }) => /^(COPY|ADD)$/.test(name) && flags["from"] === undefined)
    const sources = copies.flatMap(({ words }) => words.slice(0, -1))
    assert.deepEqual(new Set(sources), new Set(["package.json", "package-lock.json", "config", "src", "src/console"]))
    for (const source of sources) {
      const files = tracked.filter((path) => path === source || path.startsWith(`${source}/`))
      assert.ok(existsSync(join(ROOT, source)) && files.length > 0, source)
      assert.deepEqual(
        files.filter((path) => !passes(path)),
        [],
      )
    }
    for (const own of [".git/HEAD", "data/records.db", "config/users", "config/tls.key", "config/webmail.local.yaml"]) {
      assert.ok(!passes(own), `${own} must stay out of the image`)
    }
  })

  test("takes folders only from stages that it has", () => {
    const names = new Set(stages.map(({ name }) => name))
    for (const { flags } of all("COPY")) if (flags["from"] !== undefined) assert.ok(names.has(flags["from"]))
  })

  test("has the Node of package.json", () => {
    for (const { image: base } of stages) {
      const [, version = "-"] = /^node:(\d+\.\d+)-\w+-slim$/.exec(base) ?? []
      const runtimes = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith("node-"))
      for (const [, wanted] of runtimes) {
        assert.ok(wanted.startsWith(`${version}.`), `${base} for ${wanted}`)
      }
    }
  })

  test("runs as a user with a fixed number and a name", () => {
    const [uid = ""] = only("USER").text.split(":")
    assert.match(uid, /^[1-9]\d{3,}$/)
    assert.match(all("RUN")[0]?.text ?? "", new RegExp(`useradd --uid ${uid} .* congthu `))
    assert.equal(gateway.user, only("USER").text)
  })

  test("starts a file and a command that exist, and passes signals on to it", () => {
    const [node, ...words] = only("ENTRYPOINT").words
    const file = words.find((word) => !word.startsWith("-")) ?? "-"
    const [command = "-"] = only("CMD").words
    assert.ok(only("ENTRYPOINT").isExec && only("CMD").isExec)
    assert.equal(node, "node")
    const npmStart = (JSON.parse(read("package.json")) as { scripts: { start: string } }).scripts.start
    for (const flag of words.filter((word) => word.startsWith("-")))
      assert.ok(npmStart.includes(flag), "as `npm start`")
    assert.ok(tracked.includes(file), file)
    assert.match(read(file), new RegExp(`\\.command\\("${command}"\\)`))
    assert.match(read("src/commands/start.ts"), new RegExp(`process\\.on\\("${only("STOPSIGNAL").text}"`))
  })

  test("exposes the ports that the gateway listens on", () => {
    const { inbound, submission, console: web } = settings().listen
    assert.deepEqual(
      only("EXPOSE").words.map(Number),
      [inbound, submission, web].map(({ port }) => port),
    )
  })
})

describe("compose.yaml", () => {
  test("builds from a folder and a file that exist", () => {
    const context = resolve(ROOT, "docker", gateway.build?.context ?? "-")
    assert.equal(context, ROOT)
    assert.ok(tracked.includes(gateway.build?.dockerfile ?? "-"))
  })

  test("names only settings that exist, and they are sound with the shipped file", () => {
    const { listen, store } = settings()
    assert.equal(store.path, tmpdir())
    for (const { host } of [listen.inbound, listen.submission, listen.console]) assert.deepEqual(host, ["0.0.0.0"])
  })

  test("publishes what the gateway listens on, the console on loopback, nothing by IPv6 proxy", () => {
    const { inbound, submission, console: web } = settings().listen
    assert.deepEqual(gateway.ports, [
      `0.0.0.0:25:${inbound.port}`,
      `0.0.0.0:587:${submission.port}`,
      `127.0.0.1:${web.port}:${web.port}`,
    ])
    assert.equal(clamd.ports, undefined)
  })

  test("scans at the service, over a network without a way out", () => {
    const url = new URL(settings().scan.clamd ?? "none:")
    assert.ok(Object.hasOwn(compose.services, url.hostname))
    assert.equal(url.port, clamdSetting("TCPSocket"))
    const shared = gateway.networks.filter((network) => clamd.networks.includes(network))
    assert.deepEqual(
      shared.map((network) => compose.networks[network]?.internal ?? false),
      [true],
    )
    assert.equal(gateway.depends_on?.["clamd"]?.condition, "service_healthy")
  })

  test("mounts folders that exist read-only, and volumes that it declares", () => {
    for (const volume of [...gateway.volumes, ...clamd.volumes]) {
      const [source = "", target, mode] = volume.split(":")
      if (source.startsWith(".")) {
        assert.equal(mode, "ro", volume)
        assert.ok(existsSync(resolve(ROOT, "docker", source)), volume)
      } else assert.ok(Object.hasOwn(compose.volumes, source), volume)
      if (source === "data") assert.equal(target, only("VOLUME").text)
    }
  })

  for (const [name, service] of Object.entries<Service>(compose.services)) {
    test(`gives ${name} no more than it needs`, () => {
      assert.equal(service.read_only, true)
      assert.deepEqual(service.cap_drop, ["ALL"])
      assert.deepEqual(service.security_opt, ["no-new-privileges:true"])
      assert.ok(service.tmpfs.every((mount) => mount.includes("size=")))
      assert.ok(service.user !== "root" && !service.user.startsWith("0"))
      assert.equal(service.restart, "unless-stopped")
      assert.ok(service.pids_limit > 0 && bytes(service.mem_limit) > 0)
      assert.ok(service.logging.options["max-size"] !== undefined && service.logging.options["max-file"] !== undefined)
      assert.match(service.image, /^(congthu|[\w/-]+:\d+\.\d+\w*)$/)
    })
  }

  test("gives the gateway the memory its children may use, and the time it drains in", () => {
    const { children, memory } = settings().scan
    assert.ok(bytes(gateway.mem_limit) >= children * memory + 512 * 1_048_576)
    const drains = ["src/commands/start.ts", "src/deliver/runner.ts"].map((file) =>
      Number(/DRAIN: Millis = ([\d_]+)/.exec(read(file))?.[1]?.replaceAll("_", "")),
    )
    const grace = Number.parseInt(gateway.stop_grace_period ?? "", 10) * 1_000
    assert.ok(grace > drains.reduce((sum, each) => sum + each, 0), `${grace} ms for ${drains.join(" and ")}`)
  })
})

function clamdSetting(name: string): string {
  return new RegExp(`^${name} (.*)$`, "m").exec(read("docker/clamd.conf"))?.[1] ?? ""
}

describe("clamd.conf", () => {
  test("calls nothing clean that was not examined", () => {
    for (const name of ["AlertEncrypted", "AlertExceedsMax", "AlertOLE2Macros"]) assert.equal(clamdSetting(name), "yes")
  })

  test("takes what the gateway takes, and gives up first", () => {
    const { limits, scan: inspection } = settings()
    for (const name of ["StreamMaxLength", "MaxFileSize", "MaxScanSize"]) {
      assert.ok(bytes(clamdSetting(name)) >= limits.messageSize, name)
    }
    assert.ok(Number(clamdSetting("MaxScanTime")) < inspection.deadline)
    assert.ok(Number(clamdSetting("MaxThreads")) >= inspection.children * 8)
    assert.ok(Number(clamdSetting("MaxQueue")) >= 2 * Number(clamdSetting("MaxThreads")))
  })
})

const MiB = 1_048_576
const SCANNER = "/usr/sbin/clamd"

/** The real clamd with docker/clamd.conf, on a port and in a folder of its own. */
async function startScanner(dir: string) {
  const [port = 0] = await freePorts(1)
  const remapped = { LocalSocket: `${dir}/sock`, TCPSocket: port, DatabaseDirectory: dir, TemporaryDirectory: dir }
  const text = Object.entries(remapped).reduce((conf, [name, value]) => {
    assert.notEqual(clamdSetting(name), "", name)
    return conf.replace(new RegExp(`^${name} .*$`, "m"), `${name} ${value}`)
  }, read("docker/clamd.conf"))
  writeFileSync(join(dir, "clamd.conf"), `${text}TCPAddr 127.0.0.1\n`)
  writeFileSync(join(dir, "eicar.hdb"), "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n")
  const running = startProcess([SCANNER, "--foreground", `--config-file=${dir}/clamd.conf`])
  await running.until("clamd starts", () => running.output.stdout.includes("Self checking every"))
  return {
    target: `tcp://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      running.kill("SIGKILL")
      await running.ended
    },
  }
}

/** One file in it whose flag says encrypted; APPNOTE.TXT 4.4.4. */
function sealedZip(): Buffer {
  const archive = zip({ "a.txt": Buffer.from("bí mật") })
  archive[6] = (archive[6] ?? 0) | 1
  const central = archive.indexOf("PK\x01\x02")
  archive[central + 8] = (archive[central + 8] ?? 0) | 1
  return archive
}

const noScanner = existsSync(SCANNER) ? false : "clamd is not installed"

describe("a container without the engine", () => {
  let dir = ""
  let node = ""
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "congthu-image-"))
    chmodSync(dir, 0o755)
    await buildImage(dir)
    node = join(dir, "node")
    await cp(process.execPath, node)
  })
  after(async () => {
    chmodSync(join(dir, only("WORKDIR").text), 0o755)
    await rm(dir, { recursive: true, force: true })
  })

  /** The program as the image's user, in the image's folder, where it may write to its data only. */
  function inContainer(...command: readonly string[]): readonly string[] {
    const [uid = ""] = only("USER").text.split(":")
    const words = command.map((word) => (word === "node" ? node : word))
    if (process.getuid?.() !== 0) return words
    // Who changes the user loses the signal that ends it with us, so it is asked for again.
    const dropped = ["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "--bounding-set", "-all"]
    return [...dropped, "--no-new-privs", "--", "setpriv", "--pdeathsig", "KILL", "--", ...words]
  }
  const options = () => ({ cwd: join(dir, only("WORKDIR").text) })

  test("the settings of compose.yaml are sound there", async () => {
    const env = environment(join(dir, "data"))
    const { code, stdout, stderr } = await runProcess(inContainer(...only("ENTRYPOINT").words, "check"), {
      ...options(),
      env,
    })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /sound/)
  })

  test("mail goes through, malware does not, health is asked, the stop signal ends it", {
    skip: noScanner,
  }, async () => {
    await mkdir(join(dir, "clamd"), { mode: 0o777 })
    await using scanner = await startScanner(join(dir, "clamd"))
    const [inbound = 0, submission = 0, web = 0] = await freePorts(3)
    const env = {
      ...environment(join(dir, "data")),
      CONGTHU_LISTEN_INBOUND_HOST: "127.0.0.1",
      CONGTHU_LISTEN_INBOUND_PORT: `${inbound}`,
      CONGTHU_LISTEN_SUBMISSION_HOST: "127.0.0.1",
      CONGTHU_LISTEN_SUBMISSION_PORT: `${submission}`,
      CONGTHU_LISTEN_CONSOLE_HOST: "127.0.0.1",
      CONGTHU_LISTEN_CONSOLE_PORT: `${web}`,
      CONGTHU_SCAN_CLAMD: scanner.target,
    }
    const running = startProcess(inContainer(...only("ENTRYPOINT").words, ...only("CMD").words), { ...options(), env })
    await running.until("the gateway starts", () => running.output.stdout.includes('"msg":"started"'), 30_000)

    const [from, to] = ["an@tuyenquang.gov.vn", "binh@tuyenquang.gov.vn"]
    const plain = await sendMail(submission, { from, to: [to], message: mail({ from, to }) })
    assert.match(plain.reply, /^250/)
    const infected = mail({ from, to, attachments: [{ name: "a.txt", bytes: Buffer.from(EICAR) }] })
    assert.match((await sendMail(submission, { from, to: [to], message: infected })).reply, /^550/)
    await running.until("the mail is delivered", () => running.output.stdout.includes('"msg":"delivered"'))
    assert.equal(readdirSync(join(dir, "data/delivered", to, "new")).length, 1)

    const health = only("HEALTHCHECK").words.map((word) => word.replace(/:8025\//, `:${web}/`))
    assert.equal((await runProcess(inContainer(...health), options())).code, 0)
    running.kill(only("STOPSIGNAL").text as NodeJS.Signals)
    const { code, stderr } = await running.ended
    assert.equal(code, 0)
    // Nobody has an account in a new store: the first start says how to come by one, and nothing else.
    assert.match(stderr, /^[^\n]+http:\/\/[^\s]+\/first\/\S+\n$/)
    assert.notEqual((await runProcess(inContainer(...health), options())).code, 0)
  })

  test("clamd with our settings names what it finds as the gateway expects it", { skip: noScanner }, async () => {
    await mkdir(join(dir, "names"), { mode: 0o777 })
    await using scanner = await startScanner(join(dir, "names"))
    const ask = (octets: Uint8Array) => scan(scanner.target, () => [octets], AbortSignal.timeout(20_000))
    assert.deepEqual(await ask(Buffer.from(EICAR)), {
      is: "malicious",
      found: { kind: "malware", name: "Eicar-Test-Signature.UNOFFICIAL" },
    })
    assert.deepEqual(await ask(sealedZip()), {
      is: "unscannable",
      found: { kind: "encrypted", name: "Heuristics.Encrypted.Zip" },
    })
    assert.deepEqual(await ask(Buffer.alloc(settings().limits.messageSize, "công văn")), { is: "clean" })
    assert.deepEqual(await ask(Buffer.alloc(41 * MiB)), {
      is: "unscannable",
      found: { kind: "unscannable", why: "too-large" },
    })
  })
})

/** Does what the Dockerfile says, with packages copied from here instead of fetched. */
async function buildImage(dir: string): Promise<void> {
  const home = join(dir, only("WORKDIR").text)
  const passes = readIgnore(read("docker/Dockerfile.dockerignore"))
  await mkdir(home, { recursive: true })
  for (const { words, flags } of all("COPY")) {
    const [source = "", target = ""] = words
    if (flags["from"] === undefined) {
      // A folder is walked; what is in it is let in or not.
      const filter = (path: string): boolean => path === join(ROOT, source) || passes(relative(ROOT, path))
      for (const each of words.slice(0, -1)) {
        await cp(join(ROOT, each), words.length > 2 ? join(home, each) : join(home, target), {
          recursive: true,
          filter,
        })
      }
    } else if (flags["from"] === "packages") {
      await mkdir(join(home, target))
      await copyPackages(join(home, target))
    } else {
      // Built before the tests by the command that the stage runs.
      assert.match(stages.find(({ name }) => name === flags["from"])?.instructions.at(-1)?.text ?? "", /console:build$/)
      await cp(join(ROOT, target), join(home, target), { recursive: true })
    }
  }
  await mkdir(join(dir, "data"), { mode: 0o700 })
  if (process.getuid?.() === 0) chownSync(join(dir, "data"), ...owner())
  else chmodSync(home, 0o555)
  // RUN of the image's stage: ./data of the settings is the volume.
  assert.match(all("RUN")[0]?.text ?? "", /ln --symbolic \/data data$/)
  await symlink(join(dir, "data"), join(home, "data"))
}

function owner(): [uid: number, gid: number] {
  const [uid, gid] = only("USER").text.split(":").map(Number)
  assert.match(
    all("RUN")[0]?.text ?? "",
    new RegExp(`--owner=${uid} --group=${gid} --mode=0700 ${only("VOLUME").text} `),
  )
  return [uid ?? 0, gid ?? 0]
}

/** Those that npm would install for the command of the Dockerfile; it fails where package.json and its lock disagree. */
async function copyPackages(target: string): Promise<void> {
  const run = stages[0]?.instructions.find(({ name }) => name === "RUN")?.words ?? []
  assert.deepEqual(run.slice(0, 2), ["npm", "ci"])
  const scratch = await mkdtemp(join(tmpdir(), "congthu-npm-"))
  for (const file of ["package.json", "package-lock.json"]) await cp(join(ROOT, file), join(scratch, file))
  const dry = await runProcess([...run, "--dry-run", "--offline"], { cwd: scratch })
  await rm(scratch, { recursive: true })
  assert.equal(dry.code, 0, dry.stderr)
  const names = new Set([...dry.stdout.matchAll(/^add (\S+) /gm)].map(([, name = ""]) => name))
  // Those inside others come with them.
  const outer = [...names].filter((name) => existsSync(join(ROOT, "node_modules", name)))
  const copied = await runProcess(["cp", "--recursive", "--parents", ...outer, target], {
    cwd: join(ROOT, "node_modules"),
  })
  assert.equal(copied.code, 0, copied.stderr)
}
