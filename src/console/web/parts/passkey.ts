/** The browser's side of passkeys: our question goes to the authenticator, its answer back to us. Web Authentication Level 3. */
import { Refused } from "../api/client.ts"
import { beginningEn, beginningVi } from "../words/beginning.ts"

type Creation = Parameters<typeof PublicKeyCredential.parseCreationOptionsFromJSON>[0]
type Request = Parameters<typeof PublicKeyCredential.parseRequestOptionsFromJSON>[0]

/** Older browsers have none; others give none at an address without TLS. */
export function hasPasskeys(): boolean {
  return (
    window.isSecureContext &&
    typeof PublicKeyCredential === "function" &&
    "parseCreationOptionsFromJSON" in PublicKeyCredential
  )
}

/** Rejects with words for people when nothing came of it. */
export async function makePasskey(options: Creation) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const json = await answered(navigator.credentials.create({ publicKey }))
  if (!("publicKey" in json.response) || json.response.publicKey === undefined) throw nothing()
  const { clientDataJSON, authenticatorData, publicKey: key, publicKeyAlgorithm } = json.response
  const algorithm = ([-7, -8, -257] as const).find((one) => one === publicKeyAlgorithm)
  if (algorithm === undefined) throw nothing()
  const response = { clientDataJSON, authenticatorData, publicKey: key, publicKeyAlgorithm: algorithm }
  return { id: json.id, type: "public-key" as const, response }
}

export async function usePasskey(options: Request) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const json = await answered(navigator.credentials.get({ publicKey }))
  if (!("signature" in json.response)) throw nothing()
  const { clientDataJSON, authenticatorData, signature } = json.response
  return { id: json.id, type: "public-key" as const, response: { clientDataJSON, authenticatorData, signature } }
}

async function answered(asked: Promise<Credential | null>): Promise<PublicKeyCredentialJSON> {
  const credential = await asked.catch(() => null)
  if (!(credential instanceof PublicKeyCredential)) throw nothing()
  return credential.toJSON()
}

type PublicKeyCredentialJSON = RegistrationResponseJSON | AuthenticationResponseJSON

function nothing(): Refused {
  return new Refused("cancelled", { vi: beginningVi.passkey.cancelled, en: beginningEn.passkey.cancelled })
}
