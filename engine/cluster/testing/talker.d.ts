import type { Socket } from 'node:net'

/** Serves one connection, by its first line. */
export function serve(socket: Socket): void
