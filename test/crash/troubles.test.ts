/** The clock, the database and an upgrade go wrong under load: nothing promised is lost, and it goes on by itself. */
import assert from "node:assert/strict"
import { renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { test } from "node:test"
import { openDatabase, STEPS } from "../../src/store/schema.ts"
import { kept, recovered } from "./kept.ts"
import { noCompiler } from "./kernel.ts"
import { createRandom } from "./random.ts"
import { openWorld, usual } from "./world.ts"

/** Makes the database one that the version before left: its tables and columns, with the same rows. */
function asBefore(file: string): void {
  const older = `${file}.older`
  openDatabase(older, "serve", STEPS.slice(0, -1)).close()
  const db = new DatabaseSync(older)
  db.exec(`PRAGMA foreign_keys = OFF; ATTACH '${file}' AS later`)
  const named = (sql: string): readonly string[] =>
    db
      .prepare(sql)
      .all()
      .map((row) => String(row["name"]))
  const triggers = db.prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'").all()
  for (const { name } of triggers) db.exec(`DROP TRIGGER main."${String(name)}"`)
  for (const table of named("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")) {
    const columns = named(`SELECT name FROM pragma_table_xinfo('${table}', 'main') WHERE hidden = 0`)
    const list = columns.map((column) => `"${column}"`).join(", ")
    db.exec(`DELETE FROM main."${table}"; INSERT INTO main."${table}" (${list}) SELECT ${list} FROM later."${table}"`)
  }
  for (const { sql } of triggers) db.exec(String(sql))
  db.exec("DETACH later; PRAGMA wal_checkpoint(TRUNCATE)")
  db.close()
  for (const tail of ["", "-wal", "-shm"]) rmSync(`${file}${tail}`, { force: true })
  renameSync(older, file)
}

test("a clock that jumps two days ahead and back again", { skip: noCompiler, timeout: 110_000 }, async (t) => {
  await using world = await openWorld(createRandom(4))
  await world.load(10)
  for (const seconds of [2 * 86_400, 0, -3_600, 0]) {
    world.kernel.clock(seconds)
    await recovered(world)
    if (seconds !== 0) {
      const ahead = world.gateway
        .log()
        .some((line) => Math.abs(Date.parse(String(line["time"])) - Date.now()) > 3_000_000)
      assert.ok(ahead, "the program saw it")
    }
  }
  await kept(world, t)
})

test("a database that another process holds for 8 s", { skip: noCompiler, timeout: 110_000 }, async (t) => {
  await using world = await openWorld(createRandom(5))
  await world.load(10)
  const db = new DatabaseSync(join(world.gateway.dir, "data/records.db"), { timeout: 5_000 })
  db.exec("BEGIN IMMEDIATE")
  const before = world.promised()
  await sleep(8_000)
  assert.equal(world.promised(), before, "no false promise")
  db.exec("ROLLBACK")
  db.close()
  await recovered(world)
  await kept(world, t)
})

test("a migration that is killed", { skip: noCompiler, timeout: 110_000 }, async (t) => {
  const random = createRandom(6)
  await using world = await openWorld(random)
  world.sink.script({ answer: (step) => (step === "MAIL" ? "450 4.2.0 later" : undefined) })
  await world.load(15)
  await world.rest()
  await world.gateway.stop()
  const file = join(world.gateway.dir, "data/records.db")
  asBefore(file)
  for (let at = 0; at < 4; at++) {
    world.kernel.order({
      call: at % 2 === 0 ? "write" : "sync",
      path: "-wal",
      action: "kill-before",
      skip: at >> 1,
      times: 1,
    })
    await world.restartInVain(5_000)
    world.kernel.relent()
  }
  world.sink.script({ answer: usual })
  await world.restart()
  await kept(world, t)
})
