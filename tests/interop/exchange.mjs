// The exchange protocol by hand, from the words of PROTOCOL.md 3.6 alone.

import { byteStream } from '@libp2p/utils'
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

// By length: an iterator over the stream loses bytes that come together with the other side's end.
async function read (stream) {
  const bytes = byteStream(stream)
  const head = Buffer.from((await bytes.read({ bytes: HEAD_BYTES })).subarray())
  const length = head.readUInt32BE(0)
  const body = length === 0 ? Buffer.alloc(0) : (await bytes.read({ bytes: length })).subarray()
  return { type: head.readUInt8(4), body: Buffer.from(body) }
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
