/** The one table of the pages: rows and columns on a screen, a card for each row on a phone; read as a table on both. */
import { Table } from "@mantine/core"
import type { ReactNode } from "react"
import { Nothing } from "./page.tsx"

export interface Column<T> {
  /** Its heading; "" over buttons. */
  readonly name: string
  readonly cell: (row: T) => ReactNode
  /** For numbers. */
  readonly right?: boolean
  readonly mono?: boolean
  /** For times, names and codes: kept on one line where there is room. */
  readonly short?: boolean
  /** Steps to the right, for what hangs below something. */
  readonly depth?: (row: T) => number
}

interface RowsProps<T> {
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string | number
  /** What stands there instead of no rows. */
  readonly nothing?: string
  readonly label?: string
}

export function Rows<T>({ columns, rows, keyOf, nothing, label }: RowsProps<T>) {
  if (rows.length === 0) return <Nothing>{nothing}</Nothing>
  return (
    // What scrolls is reached by the keyboard too.
    <div className="scroll" tabIndex={0}>
      {/* The roles are told: as cards, the parts of a table would lose them. */}
      <Table className="rows" role="table" aria-label={label}>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            {columns.map(({ name, right }, at) => (
              <Table.Th key={name === "" ? at : name} role="columnheader" ta={right === true ? "right" : undefined}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {rows.map((row) => (
            <Table.Tr key={keyOf(row)} role="row">
              {columns.map((column, at) => (
                <Cell key={column.name === "" ? at : column.name} column={column} row={row} />
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Cell<T>({
  column: { name, cell, right, mono, short, depth },
  row,
}: {
  readonly column: Column<T>
  readonly row: T
}) {
  return (
    <Table.Td
      role="cell"
      data-name={name}
      ta={right === true ? "right" : undefined}
      className={[mono === true && "mono", short === true && "short"].filter(Boolean).join(" ") || undefined}
      {...(depth === undefined ? {} : { pl: 8 + depth(row) * 24 })}
    >
      {cell(row)}
    </Table.Td>
  )
}
