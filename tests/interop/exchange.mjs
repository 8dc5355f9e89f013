// The exchange protocol by hand, from the words of PROTOCOL.md 3.6 alone.

import { decode, encode } from '@msgpack/msgpack'
import { EXCHANGE } from './host.mjs'

export const HELLO = 1
export const HEAD_GET = 2
export const PAGE_GET = 3
export const LISTING_GET = 5
export const PUT = 7
export const DIGEST = 8
export const HEADS_RECENT = 19
const ANSWER = 128
const REFUSAL = 255
const UNKNOWN_VERSION = 3
const HEAD_BYTES = 5

export const hello = (net) => encode([[1], net, 0])

function frame (type, body) {
  const bytes = Buffer.alloc(HEAD_BYTES + body.length)
  bytes.writeUInt32BE(body.length, 0)
  bytes.writeUInt8(type, 4)
  bytes.set(body, HEAD_BYTES)
  return bytes
}

async function read (stream) {
  const parts = []
  for await (const part of stream) parts.push(Buffer.from(part.subarray()))
  const bytes = Buffer.concat(parts)
  if (bytes.length < HEAD_BYTES || bytes.readUInt32BE(0) !== bytes.length - HEAD_BYTES) {
    throw new Error(`${bytes.length} bytes are no frame`)
  }
  return { type: bytes.readUInt8(4), body: bytes.subarray(HEAD_BYTES) }
}

// One request with a body of bytes; the type and the decoded array of what came back.
export async function ask (connection, type, body) {
  const stream = await connection.newStream(EXCHANGE)
  stream.send(frame(type, body))
  await stream.close()
  const answer = await read(stream)
  return { type: answer.type, body: decode(answer.body) }
}

// Serve: hello itself, and what `answers` maps from a type to a function of the decoded request.
export async function serve (node, net, answers, asked) {
  const all = { ...answers, [HELLO]: () => decode(hello(net)) }
  await node.handle(EXCHANGE, async (stream) => {
    const { type, body } = await read(stream)
    asked.push(type)
    const answer = all[type]
    stream.send(answer === undefined
      ? frame(REFUSAL, encode([UNKNOWN_VERSION, 0, []]))
      : frame(ANSWER + type, encode(answer(decode(body)))))
    await stream.close()
  })
}
