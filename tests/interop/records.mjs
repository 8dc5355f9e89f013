// Records and envelopes from the words of PROTOCOL.md 1, 3 and 6 alone.

import { ed25519 } from '@noble/curves/ed25519.js'
import { decode, encode } from '@msgpack/msgpack'
import { createHash } from 'node:crypto'

const DOMAIN = Buffer.from('bazaar/1\0')
const ENVELOPE_VERSION = 1
const HEAD = 4
const DAY_SECONDS = 86_400
const EVERYWHERE_BIT = 255
const SERVICE = 3 // needs neither picture nor shipping
const FOR_SALE = 1
const SLUG = 'robot-repair'
const PRICE = 2500

export const hash = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest()
export const networkId = (name) => hash(Buffer.from('bazaar network\0'), Buffer.from(name))
export const now = () => Math.floor(Date.now() / 1000)

// Who signs on which network.
export class Signer {
  constructor (seed, net) {
    this.seed = seed
    this.net = net
    this.key = Buffer.from(ed25519.getPublicKey(seed))
  }

  // The envelope of a body [kind, by, ...fields], and its id.
  seal (kind, fields) {
    const body = encode([kind, this.key, ...fields])
    const signed = signedBytes(this.net, kind, ENVELOPE_VERSION, body)
    const envelope = encode([kind, ENVELOPE_VERSION, this.key, body, ed25519.sign(signed, this.seed)])
    return { id: hash(signed), envelope: Buffer.from(envelope) }
  }
}

function signedBytes (net, kind, version, body) {
  const tag = Buffer.alloc(3)
  tag.writeUInt16BE(kind, 0)
  tag.writeUInt8(version, 2)
  return Buffer.concat([DOMAIN, net, tag, body])
}

// Kind, author and fields of an envelope; throws if it does not verify on `net`.
export function open (envelope, net) {
  const [kind, version, author, body, signature] = decode(envelope)
  const signed = signedBytes(net, kind, version, body)
  if (!ed25519.verify(signature, signed, author)) throw new Error('a bad signature')
  const [innerKind, by, ...fields] = decode(body)
  if (innerKind !== kind || !Buffer.from(by).equals(Buffer.from(author))) throw new Error('two authors')
  return { id: hash(signed), kind, author: Buffer.from(author), fields }
}

export function openHead (envelope, net) {
  const { kind, author, fields } = open(envelope, net)
  if (kind !== HEAD) throw new Error('no head')
  const [seq, issued, expires, root, count] = fields
  return { author, seq, issued, expires, root: Buffer.from(root), count }
}

// A store of one listing: everything that a buyer's node will ask for.
export function shop (signer, title, seq = 1) {
  const at = now()
  const profile = signer.seal(1, profileFields(signer, at))
  const listing = signer.seal(3, listingFields(title, at))
  const cards = [card(listing.id, title, at)]
  const page = Buffer.from(encode(cards))
  const head = signer.seal(HEAD, [
    seq, at, at + 30 * DAY_SECONDS, hash(hash(page)), cards.length, page.length, profile.id, filter(cards)
  ])
  return { profile, listing, page, head }
}

function profileFields (signer, at) {
  const box = hash(Buffer.from('box'), signer.key) // nobody will seal anything to it
  return [1, at, 'Joyce', null, null, '', '', [], null, null, [], false, true, false,
    box, box, at + 7 * DAY_SECONDS, [], ['en'], null]
}

function listingFields (title, at) {
  return [1, SLUG, at, at + 300 * DAY_SECONDS, 'en', SERVICE, FOR_SALE, title, '', 'It will walk again.', 0, false,
    'EUR', PRICE, 0, '', ['toy'], ['Toys'], [], [], [], [], [], [], null, null, ['credit'], '', '', [3, 3]]
}

function card (id, title, at) {
  return [SLUG, id, 1, title, 'EUR', PRICE, SERVICE, FOR_SALE, ['Toys'], bits([EVERYWHERE_BIT]), 0, null, ['toy'], at]
}

function filter (cards) {
  const categories = cards.flatMap((one) => one[8]).map((word) => hash(Buffer.from(word))[0] >> 1)
  return bits([...categories, 128 + (EVERYWHERE_BIT >> 1)])
}

function bits (numbers) {
  const bytes = Buffer.alloc(32)
  for (const i of numbers) bytes[i >> 3] |= 1 << (7 - i % 8)
  return bytes
}
