/** Looks for many phrases at once: words become numbers, and phrases a tree of them, so that most words cost one look into a table. */
import { hashed, hashOf, keyOf, type Table, tableOf, valueIn } from "./table.ts"
import { unitsOf } from "./units.ts"

const BLANK = 0x20
export interface Phrase {
  readonly phrase: string
  /** What it counts for. */
  readonly of: number
}

export interface Phrases {
  /** How many different phrases of each kind stand in a text of words that are apart by one blank. */
  count(words: string, kinds: number): Uint16Array
}

/** Words of the longest phrase. */
const LONGEST = 16
/** A step of the tree: from a node, by a word. */
const STEP = 4_096

/** Nodes are numbers from 1 on; 0 is nothing. */
interface Tree {
  readonly words: Table
  readonly steps: Table
  /** The phrase that ends at a node, and what it counts for. */
  readonly ends: readonly (string | undefined)[]
  readonly kinds: readonly (readonly number[])[]
}

function treeOf(all: readonly Phrase[]): Tree {
  const words = new Map<number, number>()
  const spelt = new Map<number, string>()
  const steps = new Map<number, number>()
  const ends: (string | undefined)[] = [undefined]
  const kinds: number[][] = [[]]
  for (const { phrase, of } of all) {
    let node = 0
    for (const word of phrase.split(" ")) {
      const hash = hashOf(word)
      if ((spelt.get(hash) ?? word) !== word) throw new Error(`two words of one hash: ${word}`)
      spelt.set(hash, word)
      const number = words.get(hash) ?? words.size + 1
      words.set(hash, number)
      if (number >= STEP) throw new Error("more words than a step has room for")
      const step = node * STEP + number
      node = steps.get(step) ?? kinds.push([]) - 1
      steps.set(step, node)
    }
    ends[node] = phrase
    kinds[node]?.push(of)
  }
  return { words: tableOf(words), steps: tableOf(steps), ends, kinds }
}

export function createPhrases(all: readonly Phrase[]): Phrases {
  const { words: numbers, steps, ends, kinds } = treeOf(all)
  /** Where phrases stand that have begun: their nodes, and where they began. */
  const nodes = new Int32Array(LONGEST + 1)
  const starts = new Int32Array(LONGEST + 1)
  /** The text in which a node was met last. */
  const met = new Uint32Array(kinds.length)
  let text = 0

  return {
    count(words, many) {
      const counts = new Uint16Array(many)
      text = (text + 1) >>> 0
      const codes = unitsOf(words)
      let open = 0
      let hash = 0
      let start = 0
      for (let at = 0; at <= words.length; at++) {
        const letter = at < words.length ? (codes[at] ?? BLANK) : BLANK
        if (letter !== BLANK) {
          hash = hashed(hash, letter)
          continue
        }
        const number = valueIn(numbers, keyOf(hash))
        if (number === 0) open = 0
        else {
          nodes[open] = 0
          starts[open] = start
          const begun = open + 1
          open = 0
          for (let one = 0; one < begun; one++) {
            const node = valueIn(steps, (nodes[one] ?? 0) * STEP + number)
            if (node === 0) continue
            const since = starts[one] ?? 0
            nodes[open] = node
            starts[open++] = since
            const phrase = ends[node]
            if (phrase === undefined || met[node] === text) continue
            // Words of another text may have the same hash.
            if (since + phrase.length !== at || !words.startsWith(phrase, since)) continue
            met[node] = text
            for (const kind of kinds[node] ?? []) counts[kind] = (counts[kind] ?? 0) + 1
          }
        }
        hash = 0
        start = at + 1
      }
      return counts
    },
  }
}
