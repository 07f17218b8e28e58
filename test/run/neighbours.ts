/** The Debian services that only tests need: installed here when that removes nothing, else their tests are skipped aloud. */
import { execFileSync } from "node:child_process"
import { existsSync, globSync, rmSync, writeFileSync } from "node:fs"
import type { Report } from "./report.ts"

/** Package, and a file of it (a pattern) that tells that it is installed. */
const NEIGHBOURS = [
  { name: "postfix", proof: "/usr/sbin/postfix" },
  { name: "clamav-daemon", proof: "/usr/sbin/clamd" },
  { name: "clamav-testfiles", proof: "/usr/share/clamav-testfiles/clam.exe" },
  { name: "c-icap", proof: "/usr/bin/c-icap" },
  { name: "libc-icap-mod-virus-scan", proof: "/usr/lib/*/c_icap/virus_scan.so" },
  { name: "swaks", proof: "/usr/bin/swaks" },
  // swaks speaks TLS through it.
  { name: "libnet-ssleay-perl", proof: "/usr/lib/*/perl5/*/Net/SSLeay.pm" },
  { name: "strace", proof: "/usr/bin/strace" },
  { name: "slapd", proof: "/usr/sbin/slapd" },
  { name: "redis-server", proof: "/usr/bin/redis-server" },
  { name: "gcc", proof: "/usr/bin/cc" },
  { name: "libc6-dev", proof: "/usr/include/stdio.h" },
  { name: "openssl", proof: "/usr/bin/openssl" },
  { name: "python3", proof: "/usr/bin/python3" },
  { name: "zip", proof: "/usr/bin/zip" },
  // Debian's releases name its program 7z or 7zz.
  { name: "7zip", proof: "/usr/bin/7z*" },
  { name: "lzip", proof: "/usr/bin/lzip" },
  { name: "zstd", proof: "/usr/bin/zstd" },
  { name: "xz-utils", proof: "/usr/bin/xz" },
  { name: "cpio", proof: "/usr/bin/cpio" },
  { name: "lz4", proof: "/usr/bin/lz4" },
  { name: "gcab", proof: "/usr/bin/gcab" },
  { name: "ncompress", proof: "/usr/bin/compress" },
  { name: "arj", proof: "/usr/bin/arj" },
  { name: "genisoimage", proof: "/usr/bin/genisoimage" },
  { name: "libarchive-tools", proof: "/usr/bin/bsdtar" },
  { name: "qpdf", proof: "/usr/bin/qpdf" },
  { name: "chromium", proof: "/usr/bin/chromium" },
  { name: "tesseract-ocr", proof: "/usr/bin/tesseract" },
  { name: "tesseract-ocr-vie", proof: "/usr/share/tesseract-ocr/*/tessdata/vie.traineddata" },
  { name: "poppler-utils", proof: "/usr/bin/pdftoppm" },
] as const

/** Span in ms of one call of apt: a slow mirror is no reason to hang for ever. */
const APT_DEADLINE = 600_000
/** While this says 101, no package's script starts a service. */
const POLICY_RC = "/usr/sbin/policy-rc.d"
const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" }

/** `strict`: a neighbour that stays away is a failure. */
export function bringNeighbours({ report, strict }: { readonly report: Report; readonly strict: boolean }): void {
  if (absent().length > 0) install(report)
  for (const name of absent()) {
    report.say(`!! ${name} is not installed: the tests that need it are skipped`)
    if (strict) report.failed({ name: `neighbour ${name}`, where: "", error: "CI must have it" })
  }
}

function absent(): readonly string[] {
  return NEIGHBOURS.filter(({ proof }) => globSync(proof).length === 0).map(({ name }) => name)
}

function install(report: Report): void {
  const wanted = absent()
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    report.say(`!! ${wanted.join(" ")}: installed only by root on Debian`)
    return
  }
  try {
    report.say(`installing ${wanted.join(" ")}: apt-get update`)
    apt("update", "-qq")
    const removed = wanted.filter((name) => /^Remv /m.test(apt("-s", "install", "--no-install-recommends", name)))
    for (const name of removed) report.say(`!! ${name} would remove other packages: not installed`)
    const harmless = wanted.filter((name) => !removed.includes(name))
    report.say(`installing ${harmless.join(" ")}: apt-get install`)
    if (harmless.length > 0)
      withoutServices(() => apt("install", "-qq", "-y", "--no-remove", "--no-install-recommends", ...harmless))
  } catch (error) {
    report.say(`!! apt-get: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function apt(...args: readonly string[]): string {
  return execFileSync("apt-get", args, {
    env: ENVIRONMENT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: APT_DEADLINE,
    maxBuffer: 64e6,
  })
}

function withoutServices(work: () => void): void {
  const ours = !existsSync(POLICY_RC)
  if (ours) writeFileSync(POLICY_RC, "#!/bin/sh\nexit 101\n", { mode: 0o755 })
  try {
    execFileSync("debconf-set-selections", {
      input: "postfix postfix/main_mailer_type select No configuration\n",
      env: ENVIRONMENT,
      timeout: APT_DEADLINE,
    })
    work()
  } finally {
    if (ours) rmSync(POLICY_RC)
  }
}
