/** Whether a word can be a Vietnamese syllable: onset, rhyme, tone. */

const ONSETS = new Set(" b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split(" "))
const LONGEST_ONSET = 3

const RHYMES = new Set(
  (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et " +
    "ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh " +
    "oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ooc oong ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn " +
    "ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uyn " +
    "uynh uyp uyt uyu ư ưa ưc ưi ưm ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu"
  ).split(" "),
)
/** Rhymes that end in a stop bear the acute or the dot. */
const STOP = /(?:c|ch|p|t)$/
const STOP_TONES = "\u0301\u0323"

/** Small vowel → without its tone, and the tone. */
const VOWELS: ReadonlyMap<string, readonly [vowel: string, tone: string]> = new Map(
  Array.from("aăâeêioôơuưy").flatMap((vowel) =>
    Array.from("\u0300\u0301\u0309\u0303\u0323").map((tone): [string, readonly [string, string]] => [
      `${vowel}${tone}`.normalize("NFC"),
      [vowel, tone],
    ]),
  ),
)

/** "nghiêng", the longest, has seven letters. */
const LONGEST = 7
/** Its marks apart. */
const LONGEST_WRITTEN = 12

/** The same few thousand words come again and again. */
const known = new Map<string, boolean>()
const MOST_KNOWN = 20_000

export function isSyllable(word: string): boolean {
  if (word.length > LONGEST_WRITTEN) return false
  const before = known.get(word)
  if (before !== undefined) return before
  const answer = isOne(word)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(word, answer)
  return answer
}

function isOne(word: string): boolean {
  const small = word.toLowerCase().normalize("NFC")
  if (small.length > LONGEST) return false
  let bare = ""
  let tone = ""
  for (const letter of small) {
    const toned = VOWELS.get(letter)
    if (toned === undefined) bare += letter
    else if (tone !== "") return false
    else {
      bare += toned[0]
      tone = toned[1]
    }
  }
  for (let onset = 0; onset <= LONGEST_ONSET; onset++) {
    const rhyme = bare.slice(onset)
    if (!RHYMES.has(rhyme) || !ONSETS.has(bare.slice(0, onset))) continue
    if (!STOP.test(rhyme) || (tone !== "" && STOP_TONES.includes(tone))) return true
  }
  return false
}
