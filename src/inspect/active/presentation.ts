/** Objects and macro projects inside a PowerPoint document of the binary format. [MS-PPT] 2.10.34. */
import { inflate } from "./inflate.ts"

/** RT_ExternalOleObjectStg; its instance 1 is compressed behind its true length. */
const OBJECT_STORAGE = 0x1011
/** Version of a record that holds records. */
const CONTAINER = 0xf
const MOST_RECORDS = 200_000
const MOST_OBJECTS = 200

export function presentationObjects(stream: Buffer): readonly Buffer[] {
  const objects: Buffer[] = []
  let at = 0
  for (let records = 0; at + 8 <= stream.length && records < MOST_RECORDS && objects.length < MOST_OBJECTS; records++) {
    const head = stream.readUInt16LE(at)
    const type = stream.readUInt16LE(at + 2)
    const length = stream.readUInt32LE(at + 4)
    const content = stream.subarray(at + 8, at + 8 + length)
    if (type === OBJECT_STORAGE) {
      const object = head >> 4 === 1 ? inflate(content.subarray(4)) : content
      if (object !== null) objects.push(object)
    }
    // Into a container: its first record follows its head.
    at += 8 + ((head & 0xf) === CONTAINER ? 0 : length)
  }
  return objects
}
