// An independent peer: one JSON command per line in, one JSON answer per line out.
//
// Usage: node peer.mjs NETWORK SEED_HEX

import { createInterface } from 'node:readline'
import { Commands, dhtKey } from './commands.mjs'
import * as exchange from './exchange.mjs'
import { start, TOPIC } from './host.mjs'
import { hash, networkId, now, openHead, shop, Signer } from './records.mjs'

const CLOCK_SECONDS = 600

const [network, seed] = process.argv.slice(2)
const signer = new Signer(Buffer.from(seed, 'hex'), networkId(network))

async function validate (key, value) {
  const { author, issued, expires } = openHead(value, signer.net)
  if (!dhtKey(author).equals(Buffer.from(key))) throw new Error('the head of another store')
  if (expires < now() || issued > now() + CLOCK_SECONDS) throw new Error('an untimely head')
}

// The highest seq wins, the last among equals.
function select (_, values) {
  const seqs = values.map((value) => openHead(value, signer.net).seq)
  return seqs.lastIndexOf(Math.max(...seqs))
}

const node = await start(signer.seed, { validate, select })
const own = shop(signer, 'Repair of tin robots')
const self = { node, asked: [], heads: [], signer, shop: own }

node.services.gossip.subscribe(TOPIC)
node.services.gossip.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
  self.heads.push({ data: msg.data, from: msg.from.toString() })
})

await exchange.serve(node, signer.net, {
  [exchange.HEAD_GET]: () => [[[own.head.envelope, own.profile.envelope, null, null]]],
  [exchange.HEADS_RECENT]: () => [[]],
  [exchange.PAGE_GET]: ([, ids]) => [ids.length === 0 ? [hash(own.page)] : [own.page]],
  [exchange.LISTING_GET]: () => [[own.listing.envelope]],
  [exchange.DIGEST]: () => [[]]
}, self.asked)

const say = (answer) => process.stdout.write(JSON.stringify(answer) + '\n')
const commands = new Commands(self)
say({ peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String), key: signer.key.toString('hex') })

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...given } = JSON.parse(line)
  try {
    say(await commands[name](given))
  } catch (error) {
    say({ error: String(error?.stack ?? error) })
  }
}
await node.stop()
process.exit(0)
