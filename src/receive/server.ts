/** smtp-server's listeners as this gateway uses them: handshakes, reloads, logins; each session is a `Connection`. */
/* oxlint-disable no-underscore-dangle, promise/no-callback-in-promise -- the library's own names and callbacks */
import type { Socket } from "node:net"
import { replyText } from "../mail/reply.ts"
import type { Millis } from "../mail/transaction.ts"
import { Connection, type ConnectionDeps, type Host } from "./connection.ts"
import { libraryOptions, SMTPServer, type SMTPServerAuthentication, type SMTPServerSession } from "./library.ts"
import type { Login } from "./login.ts"
import type { Port, PortName } from "./port.ts"

export interface ListenerDeps extends ConnectionDeps {
  readonly login: Login
}

/** PROXY header and TLS handshake, before the session begins. The library's own timer starts anew with every octet. */
const HANDSHAKE_TIME: Millis = 30_000

export class Listener extends SMTPServer implements Host {
  readonly deps: ListenerDeps
  readonly portName: PortName
  /** Sessions whose socket is not closed yet; the library forgets those it has said goodbye to. */
  readonly alive = new Set<Connection>()

  constructor(deps: ListenerDeps, portName: PortName) {
    super(libraryOptions(deps.rules(), portName))
    this.deps = deps
    this.portName = portName
    this.on("error", (error) => deps.log.info("an SMTP connection failed", { error }))
    this.server.prependListener("connection", (socket: Socket) => {
      // Until the session begins nobody else listens, and a reset would end the program.
      socket.on("error", () => {})
      setTimeout(() => this._pendingSockets.get(socket)?.destroy(), HANDSHAKE_TIME).unref()
    })
  }

  port(): Port {
    const port = this.deps.rules().ports[this.portName]
    if (port === null) throw new Error(`listen.${this.portName}: is gone from the settings`)
    return port
  }

  /** New sessions and handshakes go by the rules of now; TLS sessions under way keep their keys. */
  reload(): void {
    const { certificate } = this.deps.rules()
    Object.assign(this.options, libraryOptions(this.deps.rules(), this.portName))
    this.updateSecureContext(certificate)
  }

  /** Takes no more connections; resolves when the last socket is closed. */
  shut(): Promise<void> {
    for (const socket of this._pendingSockets.values()) socket.destroy()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  override connect(socket: Socket, options?: ConstructorParameters<typeof Connection>[2]): void {
    const connection = new Connection(this, socket, options)
    this.connections.add(connection)
    this.alive.add(connection)
    connection.on("error", (error: Error) => this._onError(error))
    connection.init()
  }

  override onAuth(
    { method, username = "", password, authzid = "" }: SMTPServerAuthentication,
    { remoteAddress }: SMTPServerSession,
    callback: (error: Error | null, response?: { readonly user: string }) => void,
  ): void {
    const { users } = this.port()
    // Who XCLIENT says has logged in, has not logged in here.
    if (method === "XCLIENT" || users === null) {
      callback(null)
      return
    }
    const credentials = { name: username, password: password ?? "", authorizeAs: authzid, ip: remoteAddress }
    void this.deps.login(users, credentials).then((answer) => {
      if ("name" in answer) return callback(null, { user: answer.name })
      return callback(Object.assign(new Error(replyText(answer)), { responseCode: answer.code }))
    })
  }
}
