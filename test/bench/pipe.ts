/** The floor of the bench: smtp-server straight into nodemailer's pool, examining and keeping nothing. Arguments: port, next hop's port. */
import { createTransport } from "nodemailer"
import { SMTPServer } from "smtp-server"

const [port, nextHop] = process.argv.slice(2).map(Number)
const transport = createTransport({
  pool: true,
  host: "127.0.0.1",
  port: nextHop ?? 0,
  maxConnections: 20,
  maxMessages: Infinity,
  ignoreTLS: true,
})

async function forward(mail: { envelope: { from: string; to: string[] }; raw: Buffer }): Promise<Error | null> {
  try {
    await transport.sendMail(mail)
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error("not sent")
  }
}

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  disableReverseLookup: true,
  onData(stream, session, callback) {
    const chunks: Buffer[] = []
    stream.on("data", (chunk: Buffer) => chunks.push(chunk))
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope
      const envelope = { from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map(({ address }) => address) }
      // oxlint-disable-next-line promise/no-callback-in-promise -- the library asks for one
      void forward({ envelope, raw: Buffer.concat(chunks) }).then(callback)
    })
  },
})
server.listen(port, "127.0.0.1")
