/** A link to a page of the console, its address and search known to the router. */
import { Anchor } from "@mantine/core"
import { createLink } from "@tanstack/react-router"
import type { ComponentPropsWithRef } from "react"

function Plain(props: ComponentPropsWithRef<"a"> & { readonly size?: string; readonly fw?: number }) {
  return <Anchor underline="always" {...props} />
}

export const Go = createLink(Plain)
