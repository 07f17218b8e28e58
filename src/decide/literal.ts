/** A condition with every negation at its leaves, which is the form that can be reasoned about. Pure. */
import type { Combination, Condition } from "../mail/policy.ts"

export type Leaf = Exclude<Condition, Combination>

/** `all` of nothing is always, `any` of nothing is never. */
export type Form =
  | { readonly is: "literal"; readonly leaf: Leaf; readonly holds: boolean }
  | { readonly is: "all" | "any"; readonly of: readonly Form[] }

export type Literal = Extract<Form, { is: "literal" }>

/** Whoever compares a thousand rules with one another asks for each a thousand times. */
const formed = new WeakMap<Condition, Form>()

export function formOf(condition: Condition): Form {
  const known = formed.get(condition) ?? made(condition, true)
  formed.set(condition, known)
  return known
}

function made(condition: Condition, holds: boolean): Form {
  switch (condition.is) {
    case "always":
      return { is: holds ? "all" : "any", of: [] }
    case "not":
      return made(condition.of, !holds)
    case "all":
    case "any":
      return joined(
        (condition.is === "all") === holds ? "all" : "any",
        condition.of.map((one) => made(one, holds)),
      )
    default:
      return { is: "literal", leaf: condition, holds }
  }
}

/** `all` inside `all` is one, and a form of one is that one. */
export function joined(is: "all" | "any", forms: readonly Form[]): Form {
  const of = forms.flatMap((one) => (one.is === is ? one.of : [one]))
  return of.length === 1 && of[0] !== undefined ? of[0] : { is, of }
}

/** What all ways to fit have in common. */
export function conjuncts(form: Form): readonly Form[] {
  return form.is === "all" ? form.of : [form]
}
