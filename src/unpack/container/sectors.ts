/** A disk as the readers of file systems see it: octets at a place, whatever of them is really written. */
export interface Disk {
  readonly size: number
  /** Throws beyond the end. */
  read(at: number, size: number): Buffer
}
