/** `backup` and `restore`: the whole store as files, taken beside the running gateway. */
import type { Settings } from "../config/schema.ts"
import { backup as backUp, type Progress, restore as putBack, type Told } from "../store/backup.ts"

const STEPS = { records: "records / bản ghi", bodies: "bodies / nội dung thư", check: "check / kiểm tra" } as const

/** Exit status 1 when a body is damaged: the copy is as good as the store, which is not. */
export async function backup(directory: string, { store }: Settings): Promise<number> {
  const told = await backUp(store.path, directory, progress())
  return report(`${directory}: backup is whole / đã sao lưu`, told)
}

export async function restore(directory: string, { store }: Settings): Promise<number> {
  const told = await putBack(directory, store.path, progress())
  const status = report(`${store.path}: restored / đã phục hồi`, told)
  if (told.queued > 0) {
    process.stdout.write(
      `What was delivered after the backup goes out again. / Thư đã gửi sau lúc sao lưu sẽ được gửi lại: ${told.queued}\n`,
    )
  }
  return status
}

/** One line a tenth. */
function progress(): Progress {
  let last = ""
  return (step, done, of) => {
    const line = `${STEPS[step]}: ${Math.floor((10 * done) / Math.max(1, of)) * 10} %\n`
    if (line !== last) process.stderr.write(line)
    last = line
  }
}

function report(done: string, { messages, queued, held, files, damaged }: Told): number {
  for (const id of damaged) process.stderr.write(`${id}: its body is damaged / nội dung thư bị hỏng\n`)
  process.stdout.write(
    `${done}: ${messages} messages / thư, ${files} files / tệp, ${queued} queued / chờ gửi, ${held} held / tạm giữ\n`,
  )
  return damaged.length === 0 ? 0 : 1
}
