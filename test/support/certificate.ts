/** A certificate for 127.0.0.1 made on the spot, so that no key lies in the repository. */
import { runProcess } from "./process.ts"

export interface Certificate {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

export async function makeCertificate(name = "localhost"): Promise<Certificate> {
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout - -out - -days 2".split(
    " ",
  )
  const names = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name},IP:127.0.0.1`]
  const made = await runProcess(["openssl", ...request, ...names])
  const [key, cert] = ["PRIVATE KEY", "CERTIFICATE"].map(
    (label) => new RegExp(`-----BEGIN ${label}-----[^]*-----END ${label}-----\n`).exec(made.stdout)?.[0],
  )
  if (key === undefined || cert === undefined) throw new Error(`openssl: ${made.stderr}`)
  return { cert, key }
}
