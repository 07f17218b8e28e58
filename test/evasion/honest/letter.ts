/** Honest mail, line by line: what is not ASCII goes out as UTF-8, or octet by octet where it is Latin-1. */
import { base64Lines } from "../../parse/read.ts"

export const PDF = Buffer.from("%PDF-1.4 nothing in it")
export const TOP = ["From: An <an@example.org>", "To: b@tuyenquang.gov.vn", "Subject: x", "MIME-Version: 1.0"]

export function mail(...lines: readonly string[]): Buffer {
  return Buffer.concat(lines.map((line) => Buffer.from(`${line}\r\n`, /[^\0-\xff]/.test(line) ? "utf8" : "latin1")))
}

export function multipart(type: string, ...parts: readonly (readonly string[])[]): Buffer {
  return mail(...TOP, `Content-Type: ${type}`, "", ...parts.flatMap((part) => ["--b", ...part]), "--b--")
}

export const TEXT = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", "Xin chào"]
export const HTML = ["Content-Type: text/html; charset=utf-8", "", "<p>Xin ch&agrave;o</p>"]
export const file = (...head: readonly string[]): readonly string[] => [
  ...head,
  "Content-Transfer-Encoding: base64",
  "",
  base64Lines(PDF),
]

export const latin1 = (bytes: Buffer): string => bytes.toString("latin1")
export const octets = (hex: string): Buffer => Buffer.from(hex.replace(/\s/g, ""), "hex")

/** An encoded-word. RFC 2047. */
export const word = (charset: string, bytes: Buffer, form: "B" | "Q" = "B"): string =>
  form === "B"
    ? `=?${charset}?B?${bytes.toString("base64")}?=`
    : `=?${charset}?Q?${Array.from(bytes, (octet) => `=${octet.toString(16).toUpperCase().padStart(2, "0")}`).join("")}?=`

/** A message that somebody sends back or on. */
export const RETURNED = [
  "Return-Path: <an@tuyenquang.gov.vn>",
  "From: an@tuyenquang.gov.vn",
  "To: x@example.org",
  "Subject: y",
  "MIME-Version: 1.0",
  "Content-Type: text/plain; charset=utf-8",
  "Content-Transfer-Encoding: base64",
  "",
  base64Lines(Buffer.from("Kính gửi")),
]
