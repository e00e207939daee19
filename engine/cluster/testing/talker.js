import { Buffer } from 'node:buffer'

/**
 * Serves one connection by its first line: `send N` gives N bytes and ends, `take N` reads N bytes and gives the first
 * eight back, `close` says bye and ends. Runs here and, as text, in a pod.
 *
 * @param {import('node:net').Socket} socket
 */
export function serve(socket) {
  let taken = Buffer.alloc(0)
  let left = -1
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    if (left >= 0) take(chunk)
    else {
      taken = Buffer.concat([taken, chunk])
      const end = taken.indexOf('\n')
      if (end >= 0) obey(taken.subarray(0, end).toString().split(' '), taken.subarray(end + 1))
    }
  })

  function obey([word, count], rest) {
    if (word === 'close') socket.end('bye')
    if (word === 'send') send(Number(count))
    if (word !== 'take') return
    left = Number(count)
    taken = Buffer.alloc(0)
    take(rest)
  }

  function take(chunk) {
    if (taken.length < 8) taken = Buffer.concat([taken, chunk.subarray(0, 8 - taken.length)])
    left -= chunk.length
    if (left <= 0) socket.write(`took ${taken.toString()}`)
  }

  function send(count) {
    for (let sent = 0; sent < count;) {
      const size = Math.min(65536, count - sent)
      sent += size
      if (!socket.write(Buffer.alloc(size, 120))) {
        socket.once('drain', () => send(count - sent))
        return
      }
    }
    socket.end()
  }
}
