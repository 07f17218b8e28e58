/** A child that never gets ready. */
throw new Error("cannot start")
